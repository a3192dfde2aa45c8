// A real S3 server for the tests: the Versity gateway with files of a directory behind it, and nothing else of it. Called with
// a directory and an address (`127.0.0.1:PORT`); keys, region and certificate come from the environment.
package main

import (
	"context"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/embedgw"
)

func main() {
	if len(os.Args) != 3 {
		log.Fatal("call this with a directory and an address")
	}
	root, address := os.Args[1], os.Args[2]
	data, sidecar, iam := filepath.Join(root, "data"), filepath.Join(root, "meta"), filepath.Join(root, "iam")
	for _, folder := range []string{data, sidecar, iam} {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			log.Fatal(err)
		}
	}
	// Beside the files and not in their extended attributes: not every file system of a test machine has those.
	side, err := meta.NewSideCar(sidecar)
	if err != nil {
		log.Fatal(err)
	}
	files, err := posix.New(data, side, posix.PosixOpts{SideCarDir: sidecar, Concurrency: 64})
	if err != nil {
		log.Fatal(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	err = embedgw.RunVersityGW(ctx, files, &embedgw.Config{
		RootUserAccess:    os.Getenv("ROOT_ACCESS_KEY"),
		RootUserSecret:    os.Getenv("ROOT_SECRET_KEY"),
		Region:            os.Getenv("REGION"),
		CertFile:          os.Getenv("CERT_FILE"),
		KeyFile:           os.Getenv("KEY_FILE"),
		IAMDir:            iam,
		Ports:             []string{address},
		MaxConnections:    1000,
		MaxRequests:       1000,
		MultipartMaxParts: 10000,
		KeepAlive:         true,
		Quiet:             true,
	})
	if err != nil {
		log.Fatal(err)
	}
}
