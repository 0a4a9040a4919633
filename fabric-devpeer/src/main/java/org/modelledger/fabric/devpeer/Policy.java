package org.modelledger.fabric.devpeer;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.hyperledger.fabric.protos.common.MSPPrincipal;
import org.hyperledger.fabric.protos.common.MSPRole;
import org.hyperledger.fabric.protos.common.SignaturePolicy;
import org.hyperledger.fabric.protos.common.SignaturePolicyEnvelope;

/** Who must have signed. */
final class Policy {
  private final SignaturePolicyEnvelope envelope;

  Policy(SignaturePolicyEnvelope envelope) {
    this.envelope = envelope;
  }

  /**
   * Reads a policy as Fabric's command line takes it: {@code AND('Org1MSP.peer', OR('Org2MSP.member', …))},
   * {@code OutOf(2, …)}, or one of the words MAJORITY, ALL and ANY over the organisations.
   *
   * @throws IllegalArgumentException if it is none of these; says where
   */
  static Policy parse(String text, Collection<String> organizations) {
    int all = organizations.size();
    return switch (text.strip().toUpperCase(Locale.ROOT)) {
      case "MAJORITY" -> peers(all / 2 + 1, organizations);
      case "ALL" -> peers(all, organizations);
      case "ANY" -> peers(1, organizations);
      default -> new Parser(text).policy();
    };
  }

  private static Policy peers(int count, Collection<String> organizations) {
    Parser parser = new Parser("");
    List<SignaturePolicy> rules = new ArrayList<>();
    organizations.forEach(organization -> rules.add(parser.signedBy(organization, "peer")));
    return new Policy(parser.envelope(outOf(count, rules)));
  }

  /** Whether these members, each of whom counts once, are enough. */
  boolean satisfiedBy(List<Member> members) {
    return satisfied(envelope.getRule(), members, new boolean[members.size()]);
  }

  private boolean satisfied(SignaturePolicy rule, List<Member> members, boolean[] used) {
    return switch (rule.getTypeCase()) {
      case SIGNED_BY -> {
        for (int i = 0; i < used.length; i++) {
          if (!used[i] && rule.getSignedBy() < envelope.getIdentitiesCount()
              && is(members.get(i), envelope.getIdentities(rule.getSignedBy()))) {
            used[i] = true;
            yield true;
          }
        }
        yield false;
      }
      case N_OUT_OF -> {
        int satisfied = 0;
        for (SignaturePolicy part : rule.getNOutOf().getRulesList()) {
          boolean[] then = used.clone();
          if (satisfied(part, members, then)) {
            satisfied++;
            System.arraycopy(then, 0, used, 0, used.length);
          }
        }
        yield satisfied >= rule.getNOutOf().getN();
      }
      case TYPE_NOT_SET -> false;
    };
  }

  private static boolean is(Member member, MSPPrincipal principal) {
    try {
      return switch (principal.getPrincipalClassification()) {
        case ROLE -> {
          MSPRole role = MSPRole.parseFrom(principal.getPrincipal());
          yield role.getMspIdentifier().equals(member.mspId())
              && (role.getRole() == MSPRole.MSPRoleType.MEMBER
                  || member.units().contains(role.getRole().name().toLowerCase(Locale.ROOT)));
        }
        case IDENTITY -> principal.getPrincipal().equals(member.serialized());
        default -> false;
      };
    } catch (InvalidProtocolBufferException e) {
      return false;
    }
  }

  private static SignaturePolicy outOf(int count, List<SignaturePolicy> rules) {
    return SignaturePolicy.newBuilder()
        .setNOutOf(SignaturePolicy.NOutOf.newBuilder().setN(count).addAllRules(rules))
        .build();
  }

  /** Reads the text from left to right. */
  private static final class Parser {
    private final String text;
    private final List<MSPPrincipal> principals = new ArrayList<>();
    private int at;

    Parser(String text) {
      this.text = text;
    }

    Policy policy() {
      SignaturePolicy rule = rule();
      spaces();
      if (at < text.length()) {
        throw wrong("the end");
      }
      return new Policy(envelope(rule));
    }

    SignaturePolicyEnvelope envelope(SignaturePolicy rule) {
      return SignaturePolicyEnvelope.newBuilder()
          .setRule(rule)
          .addAllIdentities(principals)
          .build();
    }

    SignaturePolicy signedBy(String organization, String role) {
      MSPPrincipal principal = MSPPrincipal.newBuilder()
          .setPrincipalClassification(MSPPrincipal.Classification.ROLE)
          .setPrincipal(MSPRole.newBuilder()
              .setMspIdentifier(organization)
              .setRole(MSPRole.MSPRoleType.valueOf(role.toUpperCase(Locale.ROOT)))
              .build()
              .toByteString())
          .build();
      int index = principals.indexOf(principal);
      if (index < 0) {
        index = principals.size();
        principals.add(principal);
      }
      return SignaturePolicy.newBuilder().setSignedBy(index).build();
    }

    private SignaturePolicy rule() {
      spaces();
      if (at < text.length() && (text.charAt(at) == '\'' || text.charAt(at) == '"')) {
        return principal();
      }
      int from = at;
      while (at < text.length() && Character.isLetter(text.charAt(at))) {
        at++;
      }
      String gate = text.substring(from, at).toUpperCase(Locale.ROOT);
      expect('(');
      int count = switch (gate) {
        case "AND", "OR" -> 0;
        case "OUTOF" -> number();
        default -> {
          at = from;
          throw wrong("AND, OR, OutOf or a principal such as 'Org1MSP.peer'");
        }
      };
      List<SignaturePolicy> rules = new ArrayList<>();
      do {
        rules.add(rule());
      } while (accept(','));
      expect(')');
      return outOf(gate.equals("AND") ? rules.size() : gate.equals("OR") ? 1 : count, rules);
    }

    private int number() {
      spaces();
      int from = at;
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        at++;
      }
      if (at == from || at - from > 4) {
        at = from;
        throw wrong("a number");
      }
      int number = Integer.parseInt(text.substring(from, at));
      expect(',');
      return number;
    }

    private SignaturePolicy principal() {
      int close = text.indexOf(text.charAt(at), at + 1);
      String principal = close < 0 ? "" : text.substring(at + 1, close);
      int dot = principal.lastIndexOf('.');
      String role = principal.substring(dot + 1);
      if (dot <= 0 || !List.of("member", "admin", "client", "peer", "orderer").contains(role)) {
        throw wrong(
            "a principal such as 'Org1MSP.peer', of member, admin, client, peer and orderer");
      }
      at = close + 1;
      return signedBy(principal.substring(0, dot), role);
    }

    private boolean accept(char expected) {
      spaces();
      if (at < text.length() && text.charAt(at) == expected) {
        at++;
        return true;
      }
      return false;
    }

    private void expect(char expected) {
      if (!accept(expected)) {
        throw wrong("'" + expected + "'");
      }
    }

    private void spaces() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
    }

    private IllegalArgumentException wrong(String expected) {
      return new IllegalArgumentException("the endorsement policy \"" + text + "\" has at "
          + at + " something else than " + expected);
    }
  }
}
