package interop

import (
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// The tests read what ./quickstart left behind in the directory MODELLEDGER_OUT, with Tessera's fsck at
// MODELLEDGER_FSCK and our own command at MODELLEDGER_CLI. Without these they fail: a check that did not happen is
// not a check that passed.
func required(t *testing.T, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Fatalf("%s is not set; ./verify sets it", name)
	}
	return value
}

type directory struct {
	name string // within MODELLEDGER_OUT
	key  int    // which line of log.vkey
}

var directories = []directory{{"receipts", 0}, {"ledger", 1}}

func (d directory) path(t *testing.T) string {
	return filepath.Join(required(t, "MODELLEDGER_OUT"), d.name)
}

func (d directory) vkey(t *testing.T) string {
	t.Helper()
	keys, err := ReadKeys(filepath.Join(required(t, "MODELLEDGER_OUT"), "log.vkey"))
	if err != nil {
		t.Fatal(err)
	}
	if len(keys) != len(directories) {
		t.Fatalf("log.vkey has %d keys, wanted %d", len(keys), len(directories))
	}
	return keys[d.key]
}

// serve serves a directory as static files and opens it as a log.
func serve(t *testing.T, path, vkey string) (*Log, string) {
	t.Helper()
	server := httptest.NewServer(http.FileServer(http.Dir(path)))
	t.Cleanup(server.Close)
	log, err := NewLog(server.URL, vkey)
	if err != nil {
		t.Fatal(err)
	}
	return log, server.URL
}

func TestAcceptsTheLog(t *testing.T) {
	for _, d := range directories {
		t.Run(d.name, func(t *testing.T) {
			log, _ := serve(t, d.path(t), d.vkey(t))
			entries, err := log.Entries()
			if err != nil {
				t.Fatal(err)
			}
			if len(entries) == 0 {
				t.Fatal("the log is empty")
			}
			t.Logf("%d entries under %s", len(entries), log.verifier.Name())
		})
	}
}

func TestAcceptsEveryProof(t *testing.T) {
	log, _ := serve(t, directories[0].path(t), directories[0].vkey(t))
	entries, err := log.Entries()
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range proofFiles(t) {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		index, err := log.CheckProof(data, entries)
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(file), err)
		} else {
			t.Logf("%s proves entry %d", filepath.Base(file), index)
		}
	}
}

func TestRefusesAnotherKey(t *testing.T) {
	log, _ := serve(t, directories[0].path(t), directories[1].vkey(t))
	if _, err := log.Checkpoint(); err == nil {
		t.Fatal("accepted the receipt log under the registry log's key")
	}
}

// Each of these changes one byte of a copy; the reader must refuse it and so must fsck.
func TestRefusesAFlippedByte(t *testing.T) {
	random, seed := seeded(t)
	for _, d := range directories {
		log, _ := serve(t, d.path(t), d.vkey(t))
		tree, err := log.Checkpoint()
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range livingFiles(tree) {
			t.Run(d.name+"/"+file, func(t *testing.T) {
				copied := copyOf(t, d.path(t))
				offset := flip(t, filepath.Join(copied, filepath.FromSlash(file)), random)
				log, _ := serve(t, copied, d.vkey(t))
				if _, err := log.Entries(); err == nil {
					t.Errorf("accepted with byte %d flipped (seed %d)", offset, seed)
				} else {
					t.Logf("byte %d: %v", offset, err)
				}
			})
		}
	}
}

// Whoever changes an entry can change its hash in the tile as well; the signed root still tells.
func TestRefusesAnEntryThatWasChangedWithItsTile(t *testing.T) {
	d := directories[0]
	log, _ := serve(t, d.path(t), d.vkey(t))
	entries, err := log.Entries()
	if err != nil {
		t.Fatal(err)
	}
	width := int64(min(len(entries), 256))
	copied := copyOf(t, d.path(t))
	bundle := filepath.Join(copied, filepath.FromSlash(entryPath(0, width)))
	tile := filepath.Join(copied, filepath.FromSlash(tilePath(tlog.Tile{H: tileHeight, L: 0, N: 0, W: int(width)})))
	replace(t, bundle, 2+len(entries[0])-1, []byte{entries[0][len(entries[0])-1] ^ 1})
	changed := append([]byte(nil), entries[0]...)
	changed[len(changed)-1] ^= 1
	hash := tlog.RecordHash(changed)
	replace(t, tile, 0, hash[:])
	log, _ = serve(t, copied, d.vkey(t))
	if _, err := log.Entries(); err == nil {
		t.Error("accepted another entry with the hash to match")
	} else {
		t.Log(err)
	}
}

func TestRefusesAProofWithAFlippedByte(t *testing.T) {
	random, seed := seeded(t)
	log, _ := serve(t, directories[0].path(t), directories[0].vkey(t))
	entries, err := log.Entries()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(proofFiles(t)[0])
	if err != nil {
		t.Fatal(err)
	}
	for range 200 {
		offset := random.IntN(len(data) - unusedBits)
		broken := append([]byte(nil), data...)
		broken[offset] ^= 1 << random.IntN(8)
		index, err := log.CheckProof(broken, entries)
		if err == nil {
			t.Errorf("accepted for entry %d with byte %d flipped (seed %d):\n%s", index, offset, seed, broken)
		}
	}
}

func TestFsckAcceptsTheLog(t *testing.T) {
	for _, d := range directories {
		t.Run(d.name, func(t *testing.T) {
			if ok, output := fsck(t, d.path(t), d.vkey(t), time.Minute); !ok {
				t.Fatalf("fsck did not accept:\n%s", output)
			}
		})
	}
}

func TestFsckRefusesAFlippedByte(t *testing.T) {
	random, seed := seeded(t)
	d := directories[0]
	log, _ := serve(t, d.path(t), d.vkey(t))
	tree, err := log.Checkpoint()
	if err != nil {
		t.Fatal(err)
	}
	for kind, file := range map[string]string{
		"checkpoint": "checkpoint",
		"bundle":     entryPath(0, min(tree.N, 256)),
		"tile":       tilePath(tlog.Tile{H: tileHeight, L: 0, N: 0, W: int(min(tree.N, 256))}),
	} {
		t.Run(kind, func(t *testing.T) {
			copied := copyOf(t, d.path(t))
			offset := flip(t, filepath.Join(copied, filepath.FromSlash(file)), random)
			// It keeps asking for what it does not believe, so its time is bounded.
			if ok, output := fsck(t, copied, d.vkey(t), 10*time.Second); ok {
				t.Errorf("fsck accepted byte %d of %s flipped (seed %d):\n%s", offset, file, seed, output)
			}
		})
	}
}

// fsck runs Tessera's tool, whose exit code says nothing: only its closing line does.
func fsck(t *testing.T, path, vkey string, limit time.Duration) (bool, string) {
	t.Helper()
	_, url := serve(t, path, vkey)
	return fsckAt(t, url+"/", vkey, limit)
}

// fsckAt does so for a log that is served already.
func fsckAt(t *testing.T, url, vkey string, limit time.Duration) (bool, string) {
	t.Helper()
	key := filepath.Join(t.TempDir(), "vkey")
	if err := os.WriteFile(key, []byte(vkey), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	output, err := exec.CommandContext(ctx, required(t, "MODELLEDGER_FSCK"), "-ui=false", "-storage_url="+url,
		"-public_key="+key).CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return strings.Contains(string(output), "Successfully fsck'd log"), string(output)
}

// livingFiles names the files that a reader of the tree needs: at every level, the first and the last tile.
func livingFiles(tree tlog.Tree) []string {
	files := []string{"checkpoint"}
	for level, hashes := 0, tree.N; hashes > 0; level, hashes = level+1, hashes>>tileHeight {
		last := (hashes - 1) >> tileHeight
		for _, n := range []int64{0, last} {
			width := min(hashes-n<<tileHeight, 1<<tileHeight)
			files = append(files, tilePath(tlog.Tile{H: tileHeight, L: level, N: n, W: int(width)}))
			if level == 0 {
				files = append(files, entryPath(n, width))
			}
			if last == 0 {
				break
			}
		}
	}
	return files
}

func proofFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(required(t, "MODELLEDGER_OUT"), "proofs", "*.tlog-proof"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatal("there are no proofs")
	}
	return files
}

func copyOf(t *testing.T, path string) string {
	t.Helper()
	target := filepath.Join(t.TempDir(), "log")
	err := filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(path, file)
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return os.MkdirAll(filepath.Join(target, relative), 0o755)
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(target, relative), data, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
	return target
}

// A note ends in a base64 character with bits that mean nothing, a padding and a newline: no flips there.
const unusedBits = 3

func flip(t *testing.T, file string, random *rand.Rand) int {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	offset := random.IntN(len(data) - unusedBits)
	data[offset] ^= 1 << random.IntN(8)
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return offset
}

func replace(t *testing.T, file string, offset int, with []byte) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	copy(data[offset:], with)
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

func seeded(t *testing.T) (*rand.Rand, uint64) {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	if given := os.Getenv("MODELLEDGER_SEED"); given != "" {
		parsed, err := strconv.ParseUint(given, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		seed = parsed
	}
	t.Logf("MODELLEDGER_SEED=%d", seed)
	return rand.New(rand.NewPCG(seed, 0)), seed
}
