// Package interop reads ModelLedger's logs with code that was written by others: Go's checksum-database
// packages for tiles, proofs and notes, and Transparency.dev's checkpoint parser. Nothing here knows how
// ModelLedger writes.
package interop

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/transparency-dev/formats/log"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// tileHeight is fixed by C2SP tlog-tiles: 256 hashes in a full tile.
const tileHeight = 8

// ReadKeys reads C2SP verifier keys, one a line.
func ReadKeys(file string) ([]string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var keys []string
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" {
			keys = append(keys, line)
		}
	}
	return keys, nil
}

// Log is a tiled log that is served as static files.
type Log struct {
	url      string
	verifier note.Verifier
}

// NewLog prepares to read the log at the URL, whose checkpoints the key signs.
func NewLog(url, key string) (*Log, error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return nil, fmt.Errorf("key %q: %w", key, err)
	}
	return &Log{url: strings.TrimSuffix(url, "/"), verifier: verifier}, nil
}

// Checkpoint fetches the newest checkpoint and checks its signature and its origin.
func (l *Log) Checkpoint() (tlog.Tree, error) {
	data, err := l.fetch("checkpoint")
	if err != nil {
		return tlog.Tree{}, err
	}
	return l.parse(data)
}

// Entries fetches every entry and checks it against the hash tiles, and these against the signed root.
func (l *Log) Entries() ([][]byte, error) {
	tree, err := l.Checkpoint()
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for int64(len(entries)) < tree.N {
		first := int64(len(entries))
		count := min(tree.N-first, 1<<tileHeight)
		bundle, err := l.fetch(entryPath(first>>tileHeight, count))
		if err != nil {
			return nil, err
		}
		part, err := parseBundle(bundle, int(count))
		if err != nil {
			return nil, fmt.Errorf("entry bundle %d: %w", first>>tileHeight, err)
		}
		entries = append(entries, part...)
	}
	indexes := make([]int64, len(entries))
	for i := range entries {
		indexes[i] = tlog.StoredHashIndex(0, int64(i))
	}
	hashes, err := tlog.TileHashReader(tree, l).ReadHashes(indexes)
	if err != nil {
		return nil, err
	}
	for i, entry := range entries {
		if tlog.RecordHash(entry) != hashes[i] {
			return nil, fmt.Errorf("entry %d does not have the hash that the tiles give it", i)
		}
	}
	return entries, checkRoot(tree, entries)
}

// checkRoot computes the root from the entries alone, without the log's tiles.
func checkRoot(tree tlog.Tree, entries [][]byte) error {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			hashes[i] = stored[index]
		}
		return hashes, nil
	})
	for i, entry := range entries {
		hashes, err := tlog.StoredHashes(int64(i), entry, reader)
		if err != nil {
			return err
		}
		stored = append(stored, hashes...)
	}
	root, err := tlog.TreeHash(tree.N, reader)
	if err != nil {
		return err
	}
	if root != tree.Hash {
		return fmt.Errorf("the entries have the root %v, the checkpoint has %v", root, tree.Hash)
	}
	return nil
}

// CheckProof checks a C2SP tlog-proof: the entry in its extra line is included under its checkpoint, which is
// signed. For this the proof and the key are enough. Then, against the log as it is now: the entry stands there at
// the same index, and the checkpoint is an ancestor of the newest one. It returns the index.
func (l *Log) CheckProof(data []byte, entries [][]byte) (int64, error) {
	proof, err := parseProof(string(data))
	if err != nil {
		return 0, err
	}
	older, err := l.parse([]byte(proof.checkpoint))
	if err != nil {
		return 0, err
	}
	err = tlog.CheckRecord(proof.hashes, older.N, older.Hash, proof.index, tlog.RecordHash(proof.entry))
	if err != nil {
		return 0, err
	}
	if older.N > int64(len(entries)) || !bytes.Equal(entries[proof.index], proof.entry) {
		return 0, fmt.Errorf("the log does not have the proof's entry at %d", proof.index)
	}
	newest, err := l.Checkpoint()
	if err != nil {
		return 0, err
	}
	consistency, err := tlog.ProveTree(newest.N, older.N, tlog.TileHashReader(newest, l))
	if err != nil {
		return 0, err
	}
	return proof.index, tlog.CheckTree(consistency, newest.N, newest.Hash, older.N, older.Hash)
}

// Height is part of tlog.TileReader.
func (l *Log) Height() int { return tileHeight }

// ReadTiles is part of tlog.TileReader.
func (l *Log) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, tile := range tiles {
		var err error
		if data[i], err = l.fetch(tilePath(tile)); err != nil {
			return nil, err
		}
		if len(data[i]) != tile.W*tlog.HashSize {
			return nil, fmt.Errorf("%s has %d bytes, wanted %d", tilePath(tile), len(data[i]), tile.W*tlog.HashSize)
		}
	}
	return data, nil
}

// SaveTiles is part of tlog.TileReader; nothing is kept.
func (l *Log) SaveTiles([]tlog.Tile, [][]byte) {}

func (l *Log) parse(checkpoint []byte) (tlog.Tree, error) {
	parsed, _, _, err := log.ParseCheckpoint(checkpoint, l.verifier.Name(), l.verifier)
	if err != nil {
		return tlog.Tree{}, err
	}
	var root tlog.Hash
	if len(parsed.Hash) != len(root) {
		return tlog.Tree{}, fmt.Errorf("root hash of %d bytes", len(parsed.Hash))
	}
	copy(root[:], parsed.Hash)
	return tlog.Tree{N: int64(parsed.Size), Hash: root}, nil
}

func (l *Log) fetch(path string) ([]byte, error) {
	response, err := http.Get(l.url + "/" + path)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", path, response.Status)
	}
	return io.ReadAll(response.Body)
}

// tilePath drops the height that Go's checksum database writes and C2SP does not: tile/8/0/000 is tile/0/000.
func tilePath(tile tlog.Tile) string {
	return strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
}

func entryPath(bundle, count int64) string {
	path := tilePath(tlog.Tile{H: tileHeight, L: 0, N: bundle, W: int(count)})
	return strings.Replace(path, "tile/0/", "tile/entries/", 1)
}

// parseBundle splits an entry bundle: each entry after its length in two bytes.
func parseBundle(bundle []byte, count int) ([][]byte, error) {
	var entries [][]byte
	for len(bundle) > 0 {
		if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
			return nil, errors.New("cut off within an entry")
		}
		end := 2 + int(binary.BigEndian.Uint16(bundle))
		entries = append(entries, bundle[2:end])
		bundle = bundle[end:]
	}
	if len(entries) != count {
		return nil, fmt.Errorf("%d entries, wanted %d", len(entries), count)
	}
	return entries, nil
}

type inclusion struct {
	entry      []byte
	index      int64
	hashes     tlog.RecordProof
	checkpoint string
}

func parseProof(text string) (inclusion, error) {
	head, checkpoint, found := strings.Cut(text, "\n\n")
	lines := strings.Split(head, "\n")
	if !found || lines[0] != "c2sp.org/tlog-proof@v1" {
		return inclusion{}, errors.New("not a C2SP tlog-proof")
	}
	if len(lines) < 3 || !strings.HasPrefix(lines[1], "extra ") || !strings.HasPrefix(lines[2], "index ") {
		return inclusion{}, errors.New("no extra line, or no index line after it")
	}
	entry, err := base64.StdEncoding.Strict().DecodeString(strings.TrimPrefix(lines[1], "extra "))
	if err != nil {
		return inclusion{}, err
	}
	digits := strings.TrimPrefix(lines[2], "index ")
	index, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || strconv.FormatInt(index, 10) != digits || index < 0 {
		return inclusion{}, fmt.Errorf("index %q", digits)
	}
	proof := inclusion{entry: entry, index: index, checkpoint: checkpoint}
	for _, line := range lines[3:] {
		raw, err := base64.StdEncoding.Strict().DecodeString(line)
		if err != nil || len(raw) != tlog.HashSize {
			return inclusion{}, fmt.Errorf("hash %q", line)
		}
		proof.hashes = append(proof.hashes, tlog.Hash(raw))
	}
	return proof, nil
}
