"""Other people's readers of the lineage: in-toto's own classes, CycloneDX's validator, OpenLineage's client."""

import base64
import hashlib
import json
import unittest

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cyclonedx.model.bom import Bom
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from google.protobuf import json_format
from in_toto_attestation.predicates.provenance.v1 import provenance_pb2
from in_toto_attestation.predicates.test_result.v0 import test_result_pb2
from in_toto_attestation.v1 import statement_pb2
from openlineage.client import event_v2
from openlineage.client.generated import (base, dataset_version_dataset, documentation_dataset,
                                          environment_variables_run, execution_parameters_run,
                                          input_statistics_input_dataset, job_type_job, processing_engine_run,
                                          schema_dataset, test_run)
from securesystemslib.dsse import Envelope

from workplace import quickstart_out

TYPE = "https://in-toto.io/Statement/v1"


def lineage():
    return quickstart_out() / "lineage"


def statements():
    """The payloads of all signed statements, by predicate type; each signature is checked."""
    with open(quickstart_out() / "model.pub", "rb") as pem:
        key = serialization.load_pem_public_key(pem.read())
    found = {}
    for path in sorted(lineage().glob("*.dsse.json")):
        envelope = Envelope.from_dict(json.loads(path.read_text()))
        for signature in envelope.signatures.values():
            key.verify(bytes.fromhex(signature.signature), envelope.pae(), ec.ECDSA(hashes.SHA256()))
        found[json.loads(envelope.payload)["predicateType"]] = (path, json.loads(envelope.payload))
    return found


class StatementsTest(unittest.TestCase):
    def test_all_kinds_are_signed_in_toto_statements(self):
        found = statements()
        self.assertEqual({"https://slsa.dev/provenance/v1", "https://modelledger.org/dataset/v1",
                          "https://in-toto.io/attestation/test-result/v0.1"}, set(found))
        for _, payload in found.values():
            statement = json_format.ParseDict(payload, statement_pb2.Statement())
            self.assertEqual(TYPE, statement.type)
            for subject in statement.subject:
                self.assertRegex(subject.digest["sha256"], "^[0-9a-f]{64}$")

    def test_files_are_named_by_their_digest(self):
        for path in lineage().glob("*.dsse.json"):
            if path.name != "training.dsse.json":
                self.assertEqual(path.name, hashlib.sha256(path.read_bytes()).hexdigest() + ".dsse.json")

    def test_the_evaluation_is_a_test_result(self):
        _, payload = statements()["https://in-toto.io/attestation/test-result/v0.1"]
        result = json_format.ParseDict(payload["predicate"], test_result_pb2.TestResult(),
                                       ignore_unknown_fields=True)
        self.assertEqual(["accuracy >= 0.96"], list(result.passed_tests))
        self.assertEqual("PASSED", result.result)
        self.assertEqual({"modelledger_evaluator", "modelledger_finishedOn", "modelledger_metrics"},
                         set(payload["predicate"]) - {field.json_name for field in result.DESCRIPTOR.fields})

    def test_the_training_is_provenance(self):
        _, payload = statements()["https://slsa.dev/provenance/v1"]
        provenance = json_format.ParseDict(payload["predicate"], provenance_pb2.Provenance(),
                                           ignore_unknown_fields=True)
        self.assertEqual("https://modelledger.org/training/v1", provenance.build_definition.build_type)

    def test_the_data_set_has_the_data_of_the_training(self):
        found = statements()
        described = {one["digest"]["sha256"] for one in found["https://modelledger.org/dataset/v1"][1]["subject"]}
        used = {one["digest"]["sha256"] for one in
                found["https://slsa.dev/provenance/v1"][1]["predicate"]["buildDefinition"]["resolvedDependencies"]}
        self.assertEqual(used, described)


class BillOfMaterialsTest(unittest.TestCase):
    def setUp(self):
        self.text = (lineage() / "bom.cdx.json").read_text()
        self.bom = json.loads(self.text)

    def test_is_valid_by_the_published_schema(self):
        self.assertIsNone(JsonStrictValidator(SchemaVersion.V1_6).validate_str(self.text))

    def test_the_validator_would_find_a_mistake(self):
        self.bom["metadata"]["component"]["type"] = "machine-learning"
        self.assertIsNotNone(JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(self.bom)))

    def test_cyclonedx_reads_the_model_and_its_data(self):
        bom = Bom.from_json(self.bom)
        model = bom.metadata.component
        self.assertEqual(("acme/digits", "1"), (model.name, model.version))
        signed = json.loads(base64.b64decode(
            json.loads((quickstart_out() / "model.sig").read_text())["dsseEnvelope"]["payload"]))
        self.assertEqual([signed["subject"][0]["digest"]["sha256"]], [one.content for one in model.hashes])
        self.assertEqual({"data"}, {component.type.value for component in bom.components})
        self.assertGreater(len(bom.components), 0)

    def test_files_are_those_of_the_model(self):
        for file in self.bom["metadata"]["component"]["components"]:
            content = (quickstart_out() / "model" / file["name"]).read_bytes()
            self.assertEqual(hashlib.sha256(content).hexdigest(), file["hashes"][0]["content"])


class OpenLineageTest(unittest.TestCase):
    FACETS = {
        "environmentVariables": environment_variables_run.EnvironmentVariablesRunFacet,
        "executionParameters": execution_parameters_run.ExecutionParametersRunFacet,
        "processing_engine": processing_engine_run.ProcessingEngineRunFacet,
        "test": test_run.TestRunFacet,
        "jobType": job_type_job.JobTypeJobFacet,
        "documentation": documentation_dataset.DocumentationDatasetFacet,
        "inputStatistics": input_statistics_input_dataset.InputStatisticsInputDatasetFacet,
        "schema": schema_dataset.SchemaDatasetFacet,
        "version": dataset_version_dataset.DatasetVersionDatasetFacet,
    }

    def facets(self, facets):
        """Each facet of OpenLineage's own as its class, which refuses what it does not know, by its schema."""
        read = {}
        for name, members in facets.items():
            producer, schema = members["_producer"], members["_schemaURL"]
            rest = {key: value for key, value in members.items() if not key.startswith("_")}
            if name.startswith("modelledger_"):
                self.assertTrue(schema.startswith("https://modelledger.org/openlineage/"), schema)
                read[name] = base.BaseFacet(producer=producer)
            else:
                read[name] = self.FACETS[name](producer=producer, **rest)
                self.assertEqual(read[name]._schemaURL.split("/")[-1], schema.split("/")[-1])
        return read

    def event(self, event):
        def datasets(kind, entries):
            return [kind(entry["namespace"], entry["name"], facets=self.facets(entry["facets"]),
                         **({"inputFacets": self.facets(entry["inputFacets"])} if "inputFacets" in entry else {}))
                    for entry in entries]
        read = event_v2.RunEvent(
            eventTime=event["eventTime"], producer=event["producer"],
            eventType=event_v2.RunState(event["eventType"]),
            run=event_v2.Run(event["run"]["runId"], facets=self.facets(event["run"]["facets"])),
            job=event_v2.Job(event["job"]["namespace"], event["job"]["name"],
                             facets=self.facets(event["job"]["facets"])),
            inputs=datasets(event_v2.InputDataset, event["inputs"]),
            outputs=datasets(event_v2.OutputDataset, event["outputs"]))
        self.assertEqual(read.schemaURL, event["schemaURL"])
        return read

    def test_the_client_reads_every_event(self):
        events = [self.event(json.loads(line)) for line in (lineage() / "openlineage.jsonl").read_text().splitlines()]
        self.assertEqual(["START", "COMPLETE", "COMPLETE"], [event.eventType.value for event in events])
        self.assertEqual(["train acme/digits", "train acme/digits", "evaluate acme/digits"],
                         [event.job.name for event in events])
        self.assertEqual(events[0].run.runId, events[1].run.runId)
        self.assertNotEqual(events[0].run.runId, events[2].run.runId)
        self.assertEqual(["acme/digits"], [output.name for output in events[1].outputs])
        self.assertGreater(len(events[0].inputs), 0)


if __name__ == "__main__":
    unittest.main()
