package org.modelledger.chain.ethereum;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.web3j.abi.FunctionReturnDecoder;
import org.web3j.abi.TypeReference;
import org.web3j.abi.datatypes.CustomError;
import org.web3j.abi.datatypes.Event;
import org.web3j.abi.datatypes.Type;

/** Decoded values by their place, from 0. */
final class AbiValues {
  private final List<Object> values;

  private AbiValues(List<Object> values) {
    this.values = values;
  }

  /** The types of values. Web3j has them raw in all its signatures; here is the end of that. */
  @SuppressWarnings("rawtypes")
  static final class Shape {
    private final List<TypeReference<Type>> types;

    private Shape(List<TypeReference<Type>> types) {
      this.types = types;
    }

    /** Returns the types of these values. */
    static Shape of(Type<?>... examples) {
      return new Shape(Arrays.stream(examples).map(value -> reference(value.getClass())).toList());
    }

    /** Returns the types of an event's data. */
    static Shape of(Event event) {
      return new Shape(event.getNonIndexedParameters());
    }

    /** Returns the types of what an error says. */
    static Shape of(CustomError error) {
      return new Shape(error.getParameters());
    }

    /** Returns one type. */
    static Shape of(Class<? extends Type<?>> type) {
      return new Shape(List.of(reference(type)));
    }

    @SuppressWarnings("unchecked")
    private static TypeReference<Type> reference(Class<? extends Type> type) {
      return (TypeReference<Type>) (TypeReference) TypeReference.create(type);
    }

    /**
     * Decodes values.
     *
     * @param hex hexadecimal digits, with or without 0x
     * @throws IllegalArgumentException if they are not of these types
     */
    List<? extends Type<?>> decode(String hex) {
      List<Type<?>> decoded = new ArrayList<>();
      try {
        for (Type value : FunctionReturnDecoder.decode(hex, types)) {
          decoded.add((Type<?>) value);
        }
      } catch (RuntimeException e) {
        throw new IllegalArgumentException("not of the registry's ABI: " + shown(hex), e);
      }
      if (decoded.size() != types.size()) {
        throw new IllegalArgumentException("not of the registry's ABI: " + shown(hex));
      }
      return decoded;
    }

    private static String shown(String hex) {
      return "'" + (hex.length() > 80 ? hex.substring(0, 80) + "…" : hex) + "'";
    }
  }

  /** @throws IllegalArgumentException if the digits are not of this shape */
  static AbiValues decode(String hex, Shape shape) {
    List<Object> values = new ArrayList<>();
    shape.decode(hex).forEach(value -> values.add(value.getValue()));
    return new AbiValues(values);
  }

  String text(int index) {
    return (String) values.get(index);
  }

  BigInteger number(int index) {
    return (BigInteger) values.get(index);
  }

  byte[] bytes(int index) {
    return (byte[]) values.get(index);
  }

  boolean isTrue(int index) {
    return (Boolean) values.get(index);
  }

  Digest digest(int index) {
    return Digest.of(bytes(index));
  }

  AccountId account(int index) {
    return Accounts.of(text(index));
  }
}
