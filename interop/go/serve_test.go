package interop

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// modelledger prepares a run of the command that MODELLEDGER_CLI starts.
func modelledger(t *testing.T, arguments ...string) *exec.Cmd {
	t.Helper()
	return exec.Command(required(t, "MODELLEDGER_CLI"), append([]string{"--built"}, arguments...)...)
}

// serveOurs serves a directory with `modelledger log serve` and returns the log's URL. At the end it is told to
// stop, and must.
func serveOurs(t *testing.T, path string) string {
	t.Helper()
	command := modelledger(t, "log", "serve", path, "--listen", "127.0.0.1:0", "--prefix", "/some/log")
	command.Stderr = os.Stderr
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		command.Process.Signal(syscall.SIGTERM)
		var exit *exec.ExitError
		if err := command.Wait(); !errors.As(err, &exit) || exit.ExitCode() != 143 {
			t.Errorf("after SIGTERM it ended with %v, wanted exit status 143", err)
		}
	})
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	_, url, found := strings.Cut(strings.TrimSpace(line), " at ")
	if !found || !strings.HasPrefix(url, "http://127.0.0.1:") {
		t.Fatalf("its first line is %q", line)
	}
	return url
}

func TestReadsALogThatOurServerServes(t *testing.T) {
	for _, d := range directories {
		t.Run(d.name, func(t *testing.T) {
			url := serveOurs(t, d.path(t))
			log, err := NewLog(url, d.vkey(t))
			if err != nil {
				t.Fatal(err)
			}
			entries, err := log.Entries()
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d entries from %s", len(entries), url)
			if ok, output := fsckAt(t, url, d.vkey(t), time.Minute); !ok {
				t.Fatalf("fsck did not accept:\n%s", output)
			}
		})
	}
}

// Tessera's fsck and ours must be of one mind, also about a log that a foreign server serves.
func TestOurFsckAgrees(t *testing.T) {
	random, seed := seeded(t)
	d := directories[0]
	log, url := serve(t, d.path(t), d.vkey(t))
	if output, err := modelledger(t, "log", "fsck", url, "--key", d.vkey(t)).CombinedOutput(); err != nil {
		t.Fatalf("%v:\n%s", err, output)
	}
	tree, err := log.Checkpoint()
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{
		entryPath(0, min(tree.N, 256)),
		tilePath(tlog.Tile{H: tileHeight, L: 0, N: 0, W: int(min(tree.N, 256))}),
	} {
		copied := copyOf(t, d.path(t))
		offset := flip(t, filepath.Join(copied, filepath.FromSlash(file)), random)
		_, url := serve(t, copied, d.vkey(t))
		output, err := modelledger(t, "log", "fsck", url, "--key", d.vkey(t)).Output()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 1 || !strings.HasPrefix(string(output), file) {
			t.Errorf("byte %d of %s flipped (seed %d): %v\n%s", offset, file, seed, err, output)
		}
	}
}
