package org.modelledger.ml.exact;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.modelledger.ml.exact.Operators.Operator;

/** The operators of ONNX-ML that the engine runs, as versions 1 to 5 of its operator set define them. */
final class MlOperators {
  static final String DOMAIN = "ai.onnx.ml";
  static final int OLDEST_OPSET = 1;
  static final int NEWEST_OPSET = 5;

  static final Map<String, Operator> OPERATORS = operators();

  private MlOperators() {}

  private static Map<String, Operator> operators() {
    Map<String, Operator> all = new TreeMap<>();
    all.put("ArrayFeatureExtractor", new Operator(2, 2, Set.of(), MlColumns::extract));
    all.put("Binarizer", new Operator(1, 1, Set.of("threshold"), MlColumns::binarize));
    all.put("CategoryMapper", new Operator(1, 1,
        Set.of("cats_int64s", "cats_strings", "default_int64", "default_string"),
        MlCategories::categoryMapper));
    all.put("FeatureVectorizer",
        new Operator(1, Integer.MAX_VALUE, Set.of("inputdimensions"), MlColumns::vectorize));
    all.put("Imputer", new Operator(1, 1,
        Set.of("imputed_value_floats", "imputed_value_int64s", "replaced_value_float",
            "replaced_value_int64"),
        MlColumns::impute));
    all.put("LabelEncoder",
        new Operator(1, 1, MlCategories.LABEL_ENCODER, MlCategories::labelEncoder));
    all.put("LinearClassifier", new Operator(1, 1,
        Set.of("classlabels_ints", "classlabels_strings", "coefficients", "intercepts",
            "multi_class", "post_transform"),
        2, MlLinear::classifier));
    all.put("LinearRegressor", new Operator(1, 1,
        Set.of("coefficients", "intercepts", "post_transform", "targets"), MlLinear::regressor));
    all.put("Normalizer", new Operator(1, 1, Set.of("norm"), MlColumns::normalize));
    all.put("OneHotEncoder",
        new Operator(1, 1, Set.of("cats_int64s", "cats_strings", "zeros"), MlCategories::oneHot));
    all.put("Scaler", new Operator(1, 1, Set.of("offset", "scale"), MlColumns::scale));
    all.put("TreeEnsemble", new Operator(1, 1, TreeAttributes.ENSEMBLE, MlTrees::ensemble));
    all.put("TreeEnsembleClassifier",
        new Operator(1, 1, TreeAttributes.CLASSIFIER, 2, MlTrees::classifier));
    all.put("TreeEnsembleRegressor",
        new Operator(1, 1, TreeAttributes.REGRESSOR, MlTrees::regressor));
    // a map has no place among tensors: what goes in comes out
    all.put("ZipMap", new Operator(1, 1, Set.of("classlabels_int64s", "classlabels_strings"),
        Shaping::identity));
    return Map.copyOf(all);
  }
}
