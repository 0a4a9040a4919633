package interop

import (
	"encoding/binary"
	"path/filepath"
	"testing"
	"time"
)

const million = 1_000_000

// The log of a million entries lies in MODELLEDGER_MILLION: log/ and log.vkey. Four threads appended to it at the
// same time; an entry begins with the number of its thread and its own number there.
func millionLog(t *testing.T) (path, vkey string) {
	t.Helper()
	directory := required(t, "MODELLEDGER_MILLION")
	keys, err := ReadKeys(filepath.Join(directory, "log.vkey"))
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(directory, "log"), keys[0]
}

func TestAcceptsAMillionEntriesEachThereOnceAndInOrder(t *testing.T) {
	path, vkey := millionLog(t)
	log, _ := serve(t, path, vkey)
	entries, err := log.Entries()
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) < million {
		t.Fatalf("the log has %d entries, wanted %d or more", len(entries), million)
	}
	next := map[uint32]uint32{}
	for i, entry := range entries {
		thread, number := binary.BigEndian.Uint32(entry), binary.BigEndian.Uint32(entry[4:])
		if number != next[thread] {
			t.Fatalf("entry %d is number %d of thread %d, wanted %d", i, number, thread, next[thread])
		}
		next[thread]++
	}
	t.Logf("%d entries by %d threads", len(entries), len(next))
}

func TestFsckAcceptsAMillionEntries(t *testing.T) {
	path, vkey := millionLog(t)
	if ok, output := fsck(t, path, vkey, 4*time.Minute); !ok {
		t.Fatalf("fsck did not accept:\n%s", output)
	}
}
