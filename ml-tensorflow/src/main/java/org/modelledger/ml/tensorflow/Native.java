package org.modelledger.ml.tensorflow;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_GetCode;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_Message;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_OK;

import org.tensorflow.internal.c_api.TF_Status;

/** What TensorFlow's C interface says of a call. */
final class Native {
  private Native() {}

  static boolean isOk(TF_Status status) {
    return TF_GetCode(status) == TF_OK;
  }

  static String message(TF_Status status) {
    return TF_Message(status).getString();
  }
}
