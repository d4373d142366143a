import { spawnSync } from 'node:child_process'
import {
  closeSync,
  constants,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readPcap } from '@netloom/netlink/capture'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Recorder } from '../../packages/netlink/dist/capture/recorder.js'
import '../support/built.js'

const test = suite('capture files of the recorder')

const folder = mkdtempSync(join(tmpdir(), 'netloom-recorder-'))
test.after(() => rmSync(folder, { recursive: true }))

const modeOf = (file: string) => statSync(file).mode & 0o777

function record(file: string): void {
  using recorder = new Recorder(file)
  recorder.record(0, 0, Buffer.from('five!'))
}

test('a capture file is always readable only by its owner, whatever the umask', () => {
  const file = join(folder, 'new.pcap')
  const before = process.umask(0)
  try {
    using recorder = new Recorder(file)
    assert.is(modeOf(file), 0o600)
    recorder.record(0, 0, Buffer.from('five!'))
  } finally {
    process.umask(before)
  }
  assert.is(modeOf(file), 0o600)
  assert.is([...readPcap(readFileSync(file))].length, 1)
})

test('a file that other users can read is replaced, so that a process that has it open cannot read the capture', () => {
  const file = join(folder, 'open.pcap')
  writeFileSync(file, 'older', { mode: 0o666 })
  const fd = openSync(file, 'r')
  const link = join(folder, 'hard-link')
  linkSync(file, link)
  record(file)
  assert.is(modeOf(file), 0o600)
  assert.is([...readPcap(readFileSync(file))].length, 1)
  const bytes = Buffer.alloc(64)
  assert.is(bytes.toString('utf8', 0, readSync(fd, bytes)), 'older')
  assert.is(readFileSync(link, 'utf8'), 'older')
  closeSync(fd)
})

test('a symbolic link is not followed', () => {
  const target = join(folder, 'target')
  writeFileSync(target, 'precious')
  for (const [name, to] of [
    ['link', target],
    ['dangling', join(folder, 'nothing')],
  ] as const) {
    const link = join(folder, name)
    symlinkSync(to, link)
    assert.throws(
      () => new Recorder(link),
      (error: NodeJS.ErrnoException) => error.code === 'ELOOP',
    )
  }
  assert.is(readFileSync(target, 'utf8'), 'precious')
})

test('pipes and devices are opened as they are; folders, and files that cannot be created, are errors', () => {
  const fifo = join(folder, 'fifo')
  assert.is(spawnSync('mkfifo', [fifo]).status, 0)
  const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK)
  record(fifo)
  const bytes = Buffer.alloc(1000)
  assert.is([...readPcap(bytes.subarray(0, readSync(reader, bytes)))].length, 1)
  closeSync(reader)
  record('/dev/null')
  assert.ok(statSync('/dev/null').isCharacterDevice())
  mkdirSync(join(folder, 'folder'))
  for (const [path, code] of [
    [join(folder, 'folder'), 'EISDIR'],
    [join(folder, 'no', 'such'), 'ENOENT'],
  ]) {
    assert.throws(
      () => new Recorder(path ?? ''),
      (error: NodeJS.ErrnoException) => error.code === code,
    )
  }
})

test.run()
