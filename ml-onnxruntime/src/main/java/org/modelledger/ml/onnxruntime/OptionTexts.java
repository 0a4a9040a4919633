package org.modelledger.ml.onnxruntime;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.modelledger.inference.Determinism;
import org.modelledger.ml.onnxruntime.OnnxRuntimeOptions.LogLevel;
import org.modelledger.ml.onnxruntime.OnnxRuntimeOptions.Optimization;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.spi.ProviderOptions;

/** The options as text. */
final class OptionTexts {
  private static final List<String> NAMES = List.of("device", "threads", "interOpThreads",
      "spinning", "optimization", "arena", "memoryPattern", "deterministicCompute",
      "denormalsAsZero", "gpuMemoryLimit", "cpuFallback", "probe", "determinism", "profile",
      "logLevel", "customOperators");

  /** Options of which there are many, each named after this. */
  private static final List<String> PREFIXES = List.of("dimension.", "config.", "cuda.",
      "tensorrt.");

  private final ProviderOptions options;
  private final OnnxRuntimeOptions.Builder builder = OnnxRuntimeOptions.builder();

  private OptionTexts(ProviderOptions options) {
    this.options = options;
  }

  /** @throws ConfigurationException if an option is unknown or wrong; names it */
  static OnnxRuntimeOptions read(ProviderOptions options) {
    requireKnown(options);
    return new OptionTexts(options).read();
  }

  private static void requireKnown(ProviderOptions options) {
    TreeMap<String, String> single = new TreeMap<>();
    for (String name : options.names()) {
      if (PREFIXES.stream().noneMatch(prefix -> isOne(name, prefix))) {
        single.put(name, options.get(name));
      }
    }
    String[] known = Stream
        .concat(NAMES.stream(), PREFIXES.stream().map(prefix -> prefix + "*"))
        .toArray(String[]::new);
    ProviderOptions unused = ProviderOptions.of(single).requireKnown(known);
  }

  private static boolean isOne(String name, String prefix) {
    return name.startsWith(prefix) && name.length() > prefix.length();
  }

  private OnnxRuntimeOptions read() {
    text("device", builder::device);
    whole("threads", 1, 1024, number -> builder.threads((int) number));
    whole("interOpThreads", 1, 1024, number -> builder.interOpThreads((int) number));
    truth("spinning", builder::spinning);
    constant("optimization", Optimization.class, builder::optimization);
    truth("arena", builder::arena);
    truth("memoryPattern", builder::memoryPattern);
    truth("deterministicCompute", builder::deterministicCompute);
    truth("denormalsAsZero", builder::denormalsAsZero);
    whole("gpuMemoryLimit", 1, Long.MAX_VALUE, builder::gpuMemoryLimit);
    truth("cpuFallback", builder::cpuFallback);
    truth("probe", builder::probe);
    text("determinism", word -> builder.determinism(Determinism.parse(word)));
    options.findPath("profile").ifPresent(builder::profile);
    constant("logLevel", LogLevel.class, builder::logLevel);
    text("customOperators", paths -> Arrays.stream(paths.split(File.pathSeparator, -1))
        .map(Path::of)
        .forEach(builder::customOperators));
    each("dimension.", (name, length) -> builder.dimension(name, Long.parseLong(length)));
    each("config.", builder::config);
    each("cuda.", builder::cuda);
    each("tensorrt.", builder::tensorrt);
    return builder.build();
  }

  private void text(String name, Consumer<String> setter) {
    options.find(name).ifPresent(value -> {
      try {
        setter.accept(value);
      } catch (IllegalArgumentException e) {
        throw new ConfigurationException("option '" + name + "': " + e.getMessage(), e);
      }
    });
  }

  private void truth(String name, Consumer<Boolean> setter) {
    text(name, value -> setter.accept(switch (value) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("'" + value + "'; expected true or false");
    }));
  }

  private <E extends Enum<E>> void constant(String name, Class<E> kind, Consumer<E> setter) {
    Map<String, E> words = new TreeMap<>();
    for (E constant : kind.getEnumConstants()) {
      words.put(constant.name().toLowerCase(Locale.ROOT), constant);
    }
    text(name, value -> {
      E constant = words.get(value);
      if (constant == null) {
        throw new IllegalArgumentException("'" + value + "'; expected one of " + words.keySet());
      }
      setter.accept(constant);
    });
  }

  private void whole(String name, long min, long max, LongConsumer setter) {
    if (options.find(name).isPresent()) {
      setter.accept(options.getLong(name, min, min, max));
    }
  }

  private void each(String prefix, BiConsumer<String, String> setter) {
    for (String name : options.names()) {
      if (isOne(name, prefix)) {
        text(name, value -> setter.accept(name.substring(prefix.length()), value));
      }
    }
  }
}
