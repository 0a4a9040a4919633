package org.modelledger.ml.onnxruntime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.modelledger.inference.InferenceException;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFormatException;

/** Runs a session on made-up inputs to see what its graph does not tell. */
final class Rehearsal {
  private static final long[] LENGTHS = {2, 1, 32};

  private Rehearsal() {}

  /**
   * Returns how many dimensions the outputs have of which nothing else tells it.
   *
   * @throws ModelFormatException if no made-up inputs do; names the outputs
   */
  static Map<String, Integer> ranks(OrtEnvironment environment, OrtSession session,
      Signature signature) {
    String reason = "its inputs are too large to make up";
    for (long free : LENGTHS) {
      Optional<Tensors> inputs = SyntheticInputs.of(signature.inputs(), free);
      if (inputs.isPresent()) {
        try (Feeds feeds = Feeds.of(environment, signature.inputs(), inputs.get(), new Scratch());
            OrtSession.Result result = session.run(feeds.tensors())) {
          Map<String, Integer> ranks = new HashMap<>();
          for (String name : signature.unknown()) {
            ranks.put(name, Values.shape(
                Values.requireTensor(result.get(name), "output '" + name + "'")).rank());
          }
          return ranks;
        } catch (OrtException | InferenceException e) {
          reason = e.getMessage();
        }
      }
    }
    throw new ModelFormatException("nothing tells how many dimensions the outputs "
        + signature.unknown() + " have; declare their shapes. A trial run does not either: "
        + reason);
  }
}
