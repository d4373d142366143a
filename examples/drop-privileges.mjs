// Creates a tap as root, and reads it in a child process without privileges: `node drop-privileges.mjs`.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { TunTap } from '@netloom/tuntap'

const NOBODY = 65534

/** Creates the device, and passes its descriptor to the child as number 3. */
function parent() {
  const tap = TunTap.create({ mode: 'tap', up: true })
  const options = { uid: NOBODY, gid: NOBODY, stdio: ['inherit', 'inherit', 'inherit', tap.fd] }
  const child = spawn(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), 'child'], options)
  child.once('error', (error) => {
    throw error
  })
  // The child has a copy of the descriptor, so the device remains.
  tap.close()
}

/** Uses the descriptor. The process may neither create nor attach to devices. */
function child() {
  const tap = TunTap.fromFd(3)
  console.log(`uid ${process.getuid()} reads ${tap.name}`)
  const frame = tap.read(10_000)
  console.log(frame === undefined ? 'no frame' : `the first frame goes to ${frame.toString('hex', 0, 6)}`)
  tap.close()
}

if (process.argv[2] === 'child') child()
else parent()
