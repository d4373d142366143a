import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from './lib/build.mjs'
import { readCommand } from './lib/command.mjs'
import { path } from './lib/repo.mjs'

const { values, positionals } = readCommand({
  name: 'run record',
  description: `Runs COMMAND in a its own network namespace, and records its netlink traffic and that of its child processes with
strace. docs/captures.md has examples.`,
  operands: {
    usage: 'NAME COMMAND [ARGUMENT…]',
    help: 'records into test/captures/NAME.pcap',
    expected: 'letters, digits, ., _ and -',
    fits: (text) => /^[\w.-]+$/.test(text),
    least: 2,
    isCommand: true,
  },
  options: {
    setup: { type: 'string', value: 'SCRIPT', help: 'runs this with sh in the namespace first, without recording it' },
    into: { type: 'string', value: 'FILE', help: 'records into FILE instead' },
  },
})

const traced = ['-e', 'trace=network,read,write,readv,writev', '-e', 'read=all', '-e', 'write=all', '-e', 'signal=none']

/** An ordinary user records in a user namespace, as its root. */
const userNamespace = process.getuid() === 0 ? [] : ['--user', '--map-root-user']

/** Runs `command` under strace and returns the log. */
function trace({ setup = '', command }, folder) {
  const log = join(folder, 'log')
  // Some programs need the loopback to be up.
  const script = `set -e\nip link set lo up\n${setup}\nexec "$@"`
  const strace = ['strace', '-f', '-ttt', '-T', '-yy', '-s', '0', ...traced, '-o', log, ...command]
  const { status, error } = spawnSync('unshare', [...userNamespace, '--net', 'sh', '-c', script, 'sh', ...strace], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (error) throw new Error(`unshare: ${error.message}`)
  return { status, log: readFileSync(log) }
}

async function record(wanted) {
  const { readStrace, writePcap } = await import('@netloom/netlink/capture')
  const { createPrivateFile } = await import('../packages/netlink/dist/capture/private-file.js')
  const folder = mkdtempSync(join(tmpdir(), 'netloom-record-'))
  try {
    const { status, log } = trace(wanted, folder)
    const datagrams = [...readStrace(log)]
    const file = wanted.into ?? path('test', 'captures', `${wanted.name}.pcap`)
    const fd = createPrivateFile(file)
    writeFileSync(fd, writePcap(datagrams, 'LE'))
    closeSync(fd)
    console.log(`${file}: ${datagrams.length} datagrams; ${wanted.command[0]} ended with exit code ${status}`)
    return datagrams.length > 0
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

try {
  const [name, ...command] = positionals
  process.exitCode = (await build()) && (await record({ ...values, name, command })) ? 0 : 1
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
