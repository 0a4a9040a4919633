package org.modelledger.ml.djl;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Objects;
import org.modelledger.inference.TensorSpec;
import org.modelledger.model.ModelFormatException;

/**
 * What a TorchScript module takes and yields, which the module itself does not say: the file {@value #FILE} beside it, in the form of
 * the Open Inference Protocol's model metadata, a free dimension as -1.
 *
 * <p>Inputs are passed in their order. Outputs are in the order in which the module yields them, as one tensor, a tuple or a list;
 * those of a dictionary go by their names.
 *
 * @param name of the model, for people
 * @param inputs in order, at least one, of the types that the engine supports
 * @param outputs likewise
 */
public record TorchScriptSignature(String name, List<TensorSpec> inputs, List<TensorSpec> outputs) {
  /** The name of the file. */
  public static final String FILE = "signature.json";

  private static final String PLATFORM = "pytorch_libtorch";

  /** @throws IllegalArgumentException if there is no input or no output */
  public TorchScriptSignature {
    Objects.requireNonNull(name, "name");
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    if (inputs.isEmpty() || outputs.isEmpty()) {
      throw new IllegalArgumentException("a module has at least one input and one output");
    }
  }

  /** Returns the file's bytes. */
  public byte[] toJson() {
    JsonObject object = new JsonObject();
    object.addProperty("name", name);
    object.addProperty("platform", PLATFORM);
    object.add("inputs", Json.array(inputs));
    object.add("outputs", Json.array(outputs));
    return Json.bytes(object);
  }

  /**
   * Reads the file's bytes. What the protocol has besides is passed over.
   *
   * @throws ModelFormatException if it is not of this form; names what
   */
  public static TorchScriptSignature parse(byte[] json) {
    JsonObject object = Json.object(json, FILE);
    return new TorchScriptSignature(
        Json.text(Json.member(object, "name", FILE), FILE + ": name"),
        Json.specs(object, "inputs", FILE), Json.specs(object, "outputs", FILE));
  }
}
