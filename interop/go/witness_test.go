package interop

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/torchwood"
	f_note "github.com/transparency-dev/formats/note"
	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"
	witness_client "github.com/transparency-dev/witness/client/http"
	"github.com/transparency-dev/witness/persistence/inmemory"
	"github.com/transparency-dev/witness/witness"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const origin = "example.com/interop"

// peer is our side of the conversation: org.modelledger.tlog.WitnessPeer in its own process.
type peer struct {
	in  io.Writer
	out *bufio.Scanner
}

func start(t *testing.T, args ...string) *peer {
	t.Helper()
	command := exec.Command(required(t, "MODELLEDGER_JAVA"), append([]string{"-cp",
		required(t, "MODELLEDGER_CLASSPATH"), "org.modelledger.tlog.WitnessPeer"}, args...)...)
	command.Stderr = os.Stderr
	in, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := command.Wait(); err != nil {
			t.Error(err)
		}
	})
	return &peer{in: in, out: bufio.NewScanner(out)}
}

func (p *peer) say(t *testing.T, line string) {
	t.Helper()
	if _, err := fmt.Fprintln(p.in, line); err != nil {
		t.Fatal(err)
	}
}

func (p *peer) hear(t *testing.T) string {
	t.Helper()
	if !p.out.Scan() {
		t.Fatalf("the peer has ended: %v", p.out.Err())
	}
	return p.out.Text()
}

// grow makes the peer's log grow and returns what it got from the witnesses.
func (p *peer) grow(t *testing.T, size int) string {
	t.Helper()
	p.say(t, fmt.Sprint(size))
	var text strings.Builder
	for line := p.hear(t); line != "end"; line = p.hear(t) {
		text.WriteString(line + "\n")
	}
	return text.String()
}

func logKey(t *testing.T) (skey, vkey string) {
	t.Helper()
	skey, vkey, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		t.Fatal(err)
	}
	return skey, vkey
}

// foreignWitness serves Transparency.dev's witness, with its key in the way that torchwood has it.
func foreignWitness(t *testing.T, logKey string) (*torchwood.CosignatureVerifier, string) {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := torchwood.NewCosignatureSigner("witness.example/go", key)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(logKey)
	if err != nil {
		t.Fatal(err)
	}
	w, err := witness.New(t.Context(), witness.Opts{
		Persistence: inmemory.New(),
		Signers:     []note.Signer{signer},
		VerifierForLog: func(_ context.Context, asked string) (note.Verifier, bool, error) {
			return verifier, asked == origin, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /add-checkpoint", witness.NewHTTPHandler(w).AddCheckpoint)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return signer.Verifier(), server.URL
}

// A witness that others wrote cosigns our log as it grows, and refuses the fork that we make.
func TestAForeignWitnessCosignsOurLog(t *testing.T) {
	skey, vkey := logKey(t)
	verifier, address := foreignWitness(t, vkey)
	policy := filepath.Join(t.TempDir(), "policy")
	text := fmt.Sprintf("log %s\nwitness w %s %s\nquorum w\n", vkey, verifier, address)
	if err := os.WriteFile(policy, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	ours := start(t, "log", filepath.Join(t.TempDir(), "log"), policy, "history")
	ours.say(t, skey)
	for _, size := range []int{0, 1, 5, 5, 256, 700} {
		checkpoint := ours.grow(t, size)
		log, err := note.NewVerifier(vkey)
		if err != nil {
			t.Fatal(err)
		}
		opened, err := note.Open([]byte(checkpoint), note.VerifierList(log, verifier))
		if err != nil {
			t.Fatalf("%v in:\n%s", err, checkpoint)
		}
		if len(opened.Sigs) != 2 || !strings.HasPrefix(opened.Text, fmt.Sprintf("%s\n%d\n", origin, size)) {
			t.Fatalf("not both signatures, or not of size %d:\n%s", size, checkpoint)
		}
		if seconds, err := torchwood.CosignatureTimestamp(opened.Sigs[1]); err != nil ||
			time.Since(time.Unix(seconds, 0)).Abs() > time.Hour {
			t.Errorf("time of the cosignature is %d, %v", seconds, err)
		}
	}
	fork := start(t, "log", filepath.Join(t.TempDir(), "fork"), policy, "fork")
	fork.say(t, skey)
	// in this order: a log does not shrink
	for _, step := range []struct {
		size   int
		wanted string
	}{{3, "failure AHEAD "}, {700, "failure INCONSISTENT "}} {
		if answer := fork.grow(t, step.size); !strings.HasPrefix(answer, step.wanted) {
			t.Errorf("to the fork of size %d it says %q", step.size, answer)
		}
	}
}

// history is a log in memory, by Go's checksum-database packages.
type history struct {
	name   string
	signer note.Signer
	stored []tlog.Hash
	size   int64
}

func (h *history) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		hashes[i] = h.stored[index]
	}
	return hashes, nil
}

// grow returns the checkpoint of a size and the proof that it continues an older one.
func (h *history) grow(t *testing.T, old, size int64) ([]byte, [][]byte) {
	t.Helper()
	for ; h.size < size; h.size++ {
		hashes, err := tlog.StoredHashes(h.size, fmt.Append(nil, h.name, h.size), h)
		if err != nil {
			t.Fatal(err)
		}
		h.stored = append(h.stored, hashes...)
	}
	root, err := tlog.TreeHash(size, h)
	if err != nil {
		t.Fatal(err)
	}
	text := torchwood.Checkpoint{Origin: origin, Tree: tlog.Tree{N: size, Hash: root}}.String()
	signed, err := note.Sign(&note.Note{Text: text}, h.signer)
	if err != nil {
		t.Fatal(err)
	}
	var proof [][]byte
	if old > 0 {
		hashes, err := tlog.ProveTree(size, old, h)
		if err != nil {
			t.Fatal(err)
		}
		for _, hash := range hashes {
			proof = append(proof, hash[:])
		}
	}
	return signed, proof
}

// Our witness cosigns for a client that others wrote, and refuses the fork in the protocol's words.
func TestOurWitnessCosignsForAForeignClient(t *testing.T) {
	skey, vkey := logKey(t)
	signer, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	ours := start(t, "witness", filepath.Join(t.TempDir(), "state"), vkey)
	verifier, err := f_note.NewVerifierForCosignatureV1(ours.hear(t))
	if err != nil {
		t.Fatal(err)
	}
	address, err := url.Parse(ours.hear(t))
	if err != nil {
		t.Fatal(err)
	}
	client := witness_client.NewWitness(address, http.DefaultClient)
	log := &history{name: "history", signer: signer}
	old := int64(0)
	for _, size := range []int64{1, 2, 7, 7, 300} {
		checkpoint, proof := log.grow(t, old, size)
		answer, _, err := client.Update(t.Context(), uint64(old), checkpoint, proof)
		if err != nil {
			t.Fatalf("size %d: %v", size, err)
		}
		opened, err := note.Open(append(checkpoint, answer...), note.VerifierList(verifier))
		if err != nil || len(opened.Sigs) != 1 {
			t.Fatalf("size %d: %v in %q", size, err, answer)
		}
		old = size
	}
	shown, err := http.Get(address.JoinPath(fmt.Sprintf("%x", sha256.Sum256([]byte(origin))), "checkpoint").String())
	if err != nil {
		t.Fatal(err)
	}
	defer shown.Body.Close()
	body, err := io.ReadAll(shown.Body)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := note.Open(body, note.VerifierList(verifier)); err != nil || !strings.HasPrefix(string(body), origin+"\n300\n") {
		t.Errorf("to monitors it shows %q, %v", body, err)
	}

	fork := &history{name: "fork", signer: signer}
	checkpoint, _ := fork.grow(t, 0, 400)
	if _, size, err := client.Update(t.Context(), 0, checkpoint, nil); !errors.Is(err, witness.ErrCheckpointStale) || size != 300 {
		t.Errorf("to a fork that hides what came before it says %v, size %d", err, size)
	}
	checkpoint, proof := fork.grow(t, 300, 400)
	if _, _, err := client.Update(t.Context(), 300, checkpoint, proof); !errors.Is(err, witness.ErrInvalidProof) {
		t.Errorf("to a fork with its own proof it says %v", err)
	}
	checkpoint, _ = fork.grow(t, 0, 300)
	if _, _, err := client.Update(t.Context(), 300, checkpoint, nil); !errors.Is(err, witness.ErrInvalidProof) {
		t.Errorf("to a fork of the same size it says %v", err)
	}
	checkpoint, proof = log.grow(t, 300, 400)
	if _, _, err := client.Update(t.Context(), 401, checkpoint, proof); !errors.Is(err, witness.ErrOldSizeInvalid) {
		t.Errorf("to an old size that is too large it says %v", err)
	}
	other, _, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		t.Fatal(err)
	}
	if log.signer, err = note.NewSigner(other); err != nil {
		t.Fatal(err)
	}
	checkpoint, proof = log.grow(t, 300, 400)
	if _, _, err := client.Update(t.Context(), 300, checkpoint, proof); !errors.Is(err, witness.ErrNoValidSignature) {
		t.Errorf("to a stranger's signature it says %v", err)
	}
	renamed := strings.Replace(string(checkpoint), origin, "example.com/unknown", 1)
	if _, _, err := client.Update(t.Context(), 300, []byte(renamed), proof); !errors.Is(err, witness.ErrUnknownLog) {
		t.Errorf("to a log that it does not know it says %v", err)
	}
}

// A log that others wrote publishes only what our witness has cosigned.
func TestOurWitnessServesTessera(t *testing.T) {
	skey, vkey := logKey(t)
	signer, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	ours := start(t, "witness", filepath.Join(t.TempDir(), "state"), vkey)
	witnessKey, address := ours.hear(t), ours.hear(t)
	group, err := tessera.NewWitnessGroupFromPolicy(fmt.Appendf(nil, "witness w %s %s\nquorum w\n", witnessKey, address))
	if err != nil {
		t.Fatal(err)
	}
	directory := t.TempDir()
	driver, err := posix.New(t.Context(), posix.Config{Path: directory})
	if err != nil {
		t.Fatal(err)
	}
	appender, shutdown, reader, err := tessera.NewAppender(t.Context(), driver, tessera.NewAppendOptions().
		WithCheckpointSigner(signer).
		WithCheckpointInterval(100*time.Millisecond).
		WithBatching(16, 50*time.Millisecond).
		WithWitnesses(group, nil))
	if err != nil {
		t.Fatal(err)
	}
	awaiter := tessera.NewPublicationAwaiter(t.Context(), reader.ReadCheckpoint, 50*time.Millisecond)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for i := range 4 {
		if _, _, err := awaiter.Await(ctx, appender.Add(ctx, tessera.NewEntry(fmt.Append(nil, "entry ", i)))); err != nil {
			t.Fatal(err)
		}
	}
	if err := shutdown(ctx); err != nil {
		t.Fatal(err)
	}
	checkpoint, err := os.ReadFile(filepath.Join(directory, "checkpoint"))
	if err != nil {
		t.Fatal(err)
	}
	if !group.Satisfied(checkpoint) {
		t.Errorf("Tessera has published what our witness did not cosign:\n%s", checkpoint)
	}
}
