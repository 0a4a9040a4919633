package org.modelledger.pack;

/** The page for who checks a pack with tools that are not ours. */
final class Readme {
  private Readme() {}

  static String of(PackDescription pack) {
    StringBuilder text = new StringBuilder();
    text.append(
        """
            # Evidence pack

            Evidence that models ran as their receipts say: %d receipts of the log `%s`.
            Open `report.html` in any browser, also without a network. Everything below checks the same with tools.

            Get the public keys from whom you trust, not from here: a key that lies beside the evidence shows that the
            evidence is consistent, not whose it is. With the model key of your own (`model.pub`), everything else follows,
            because the pack is signed with it and the other keys are in the pack.

            ## With ModelLedger

                modelledger verify --pack . --model-key model.pub

            ## Every byte of the pack: OpenSSF Model Signing

                pip install model-signing pyOpenSSL
                model_signing verify key . --signature pack.sig --public_key model.pub

            """
            .formatted(pack.count(), pack.origin()));
    if (pack.wholeLog()) {
      text.append(
          """
              ## The receipts' log: C2SP tlog-tiles

              `log/` has all entries of the log, also those that this pack is not about. They are commitments and say
              nothing of inputs or outputs.

                  python3 -m http.server -d log 8000 &
                  go run github.com/transparency-dev/tessera/cmd/fsck@v1.0.4 -ui=false -storage_url=http://localhost:8000/ -public_key=keys/receipts.vkey

              """);
    } else {
      text.append(
          """
              ## Each receipt: C2SP tlog-proof

              `receipts/N.tlog-proof` is text: the receipt in base64 (deterministic CBOR), its way to the root of the log, and the
              checkpoint that the log's key signed. What the receipt says:

                  pip install cbor2
                  python3 -c 'import base64, cbor2, sys; print(cbor2.loads(base64.b64decode(sys.stdin.readlines()[1].split()[1])))' < %s

              `log/` has the few files of the log that connect the proofs with what the registry has recorded.

              """
              .formatted(PackLayout.proof(pack.receipts().getFirst().from())));
    }
    if (pack.embedded()) {
      text.append(
          """
              ## Who did what, when: the registry's log

              Each entry is signed by its author (COSE), the log's checkpoint by its key.

                  python3 -m http.server -d registry/log 8001 &
                  go run github.com/transparency-dev/tessera/cmd/fsck@v1.0.4 -ui=false -storage_url=http://localhost:8001/ -public_key=keys/registry.vkey

              """);
    } else {
      text.append(
          """
              ## Who did what, when

              `registry/events.jsonl` lists the events of the registry `%s`, one a line, with the position and the
              transaction. The list proves nothing: look the transactions up in the registry itself, with any client.

              """
              .formatted(pack.ledger()));
    }
    text.append(
        """
            ## Statements about models and data: in-toto in DSSE

                python3 -c 'import base64, json, sys; print(json.dumps(json.loads(base64.b64decode(json.load(sys.stdin)["payload"])), indent=1))' < statements/….dsse

            """);
    if (pack.disclosure() != Disclosure.NOTHING) {
      text.append(pack.wholeLog() ? """
          ## What went in and came out: a CBOR sequence of pairs, number and evidence

              pip install cbor2
              python3 - evidence/*.cborseq <<'END'
              import cbor2, io, sys
              for name in sys.argv[1:]:
                  with open(name, "rb") as file:
                      while file.peek(1):
                          number, evidence = cbor2.load(file)
                          print(number, cbor2.loads(evidence))
              END

          """ : """
          ## What went in and came out: CBOR

              pip install cbor2
              python3 -c 'import cbor2, sys; print(cbor2.load(sys.stdin.buffer))' < evidence/N.cbor

          """);
    }
    text.append("""
        The format of every file is on the page `evidence-pack.md` of ModelLedger.
        """);
    return text.toString();
  }
}
