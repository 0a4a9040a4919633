package org.modelledger.largemodels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.AttestedModel;
import org.modelledger.Inference;
import org.modelledger.evidence.Evidence;
import org.modelledger.evidence.EvidenceLookup;
import org.modelledger.inference.Computation;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.onnx.models.Gpt2;
import org.modelledger.onnx.models.SeededWeights;
import org.modelledger.onnx.models.generation.GenerationSettings;
import org.modelledger.onnx.models.generation.TextGeneration;
import org.modelledger.receipt.Receipt;
import org.modelledger.verification.Outcome;
import org.modelledger.verification.Step;
import org.modelledger.verification.VerificationReport;

/** An answer of a language model, token by token, has one receipt that binds prompt and answer. */
class GenerationTest {
  private static final Gpt2 TINY = new Gpt2(3, 4, 32, 200, 64, true);
  private static final long[] PROMPT = {7, 150, 3};

  @TempDir
  Path dir;

  @Test
  void anAnswerHasOneReceiptThatBindsPromptAndAnswer() throws InterruptedException {
    try (Workbench bench = new Workbench(dir);
        AttestedModel model = bench.load("acme/talker", TINY.files(new SeededWeights(1)))) {
      List<Long> heard = new ArrayList<>();
      GenerationSettings settings = GenerationSettings.sampled(24, 0.8, 42).withTopK(50);
      Tensors inputs = settings.inputs(PROMPT);
      Inference answer = model.infer(inputs, Map.of("case", "4711"),
          new TextGeneration().streaming(heard::add));
      long[] tokens = answer.outputs().get("answer").toLongs();
      assertThat(tokens).hasSize(24).containsExactly(heard.toArray(Long[]::new));

      bench.verify(answer, new TextGeneration());
      assertThat(bench.ledger().receipts().size()).isEqualTo(1);
      Receipt receipt = answer.receipt().await(Workbench.LONG).receipt();
      assertThat(receipt.attributes()).containsOnlyKeys("case", "computation:text-generation.1");
      Evidence evidence = ((EvidenceLookup.Kept) bench.ledger().evidence().find(0)).evidence();
      assertThat(receipt.input().opensTo(inputs, evidence.inputSalt())).isTrue();
      assertThat(receipt.output().opensTo(answer.outputs(), evidence.outputSalt())).isTrue();
      assertThat(receipt.input().opensTo(settings.inputs(7, 150, 4), evidence.inputSalt()))
          .isFalse();
    }
  }

  @Test
  void theSameModelWithoutACacheGivesTheSameAnswer() throws InterruptedException {
    try (Workbench bench = new Workbench(dir);
        AttestedModel cached = bench.load("acme/cached", TINY.files(new SeededWeights(1)));
        AttestedModel plain = bench.load("acme/plain",
            TINY.withoutCache().files(new SeededWeights(1)))) {
      Tensors inputs = GenerationSettings.greedy(16).inputs(PROMPT);
      Tensors answer = cached.infer(inputs, Map.of(), new TextGeneration()).outputs();
      assertThat(plain.infer(inputs, Map.of(), new TextGeneration()).outputs()).isEqualTo(answer);
    }
  }

  @Test
  void anAnswerThatTheModelDidNotGiveIsFoundOut() throws InterruptedException {
    Computation lying = new Computation() {
      @Override
      public String name() {
        return TextGeneration.NAME_1;
      }

      @Override
      public Tensors run(LoadedModel model, Tensors inputs) throws InterruptedException {
        long[] answer = new TextGeneration().run(model, inputs).get("answer").toLongs();
        answer[3] = (answer[3] + 1) % 200;
        return Tensors.of("answer", Tensor.of(answer, answer.length));
      }
    };
    try (Workbench bench = new Workbench(dir);
        AttestedModel model = bench.load("acme/talker", TINY.files(new SeededWeights(1)))) {
      Inference inference = model.infer(GenerationSettings.greedy(8).inputs(PROMPT), Map.of(),
          lying);
      long index = inference.receipt().await(Workbench.LONG).index();
      bench.ledger().receipts().publish();
      VerificationReport report = bench.ledger().verifier(new TextGeneration()).check(index);
      assertThat(report.outcome(Step.COMMITMENTS)).isInstanceOf(Outcome.Passed.class);
      assertThat(report.outcome(Step.REPLAY)).isInstanceOf(Outcome.Failed.class);
    }
  }

  @Test
  void aGenerationThatFailsLeavesNoReceipt() throws InterruptedException {
    try (Workbench bench = new Workbench(dir);
        AttestedModel model = bench.load("acme/talker", TINY.files(new SeededWeights(1)))) {
      assertThatThrownBy(() -> model.infer(GenerationSettings.greedy(8).inputs(PROMPT), Map.of(),
          new TextGeneration().streaming(token -> {
            throw new IllegalStateException("the caller has left");
          }))).hasMessage("the caller has left");
      Map<String, Tensor> inputs = new LinkedHashMap<>(
          GenerationSettings.greedy(8).inputs(PROMPT).asMap());
      inputs.remove("prompt");
      assertThatThrownBy(() -> model.infer(Tensors.of(inputs), Map.of(), new TextGeneration()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'prompt'");
      assertThat(bench.ledger().receipts().size()).isZero();
    }
  }
}
