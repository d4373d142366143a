import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readStrace } from '@netloom/netlink/capture'
import { type DissectedMessage, dissector } from '@netloom/netlink/dissect'
import './built.js'

/** A command that was run, and the requests that it sent. */
export interface RunCommand {
  readonly requests: readonly DissectedMessage[]
  /** The errors that the command printed. */
  readonly complaint: string
}

const traced = [
  '-f',
  '-ttt',
  '-yy',
  '-s',
  '0',
  '-e',
  'trace=network',
  '-e',
  'read=all',
  '-e',
  'write=all',
  '-e',
  'signal=none',
]

/** Most commands of one namespace: what they create is deleted with it. */
const MOST = 200

/**
 * Runs command lines with sh, one after the other, in network namespaces that end with them, and returns the requests of each.
 * A command may fail: what counts is what it has sent. `families` are the numbers of generic netlink families.
 */
export function requestsOf(
  commands: readonly string[],
  families: ReadonlyMap<number, string> = new Map(),
): readonly RunCommand[] {
  const parts: RunCommand[] = []
  for (let from = 0; from < commands.length; from += MOST)
    parts.push(...run(commands.slice(from, from + MOST), families))
  return parts
}

function run(commands: readonly string[], families: ReadonlyMap<number, string>): readonly RunCommand[] {
  const folder = mkdtempSync(join(tmpdir(), 'netloom-commands-'))
  try {
    const lines = commands.map((command, at) => {
      writeFileSync(join(folder, `${at}.sh`), `exec ${command}\n`)
      return `strace ${traced.join(' ')} -o ${at}.log timeout 20 sh ${at}.sh >/dev/null 2>${at}.err </dev/null`
    })
    writeFileSync(join(folder, 'all.sh'), `ip link set lo up\n${lines.join('\n')}\nexit 0\n`)
    const { status, stderr } = spawnSync('unshare', ['--net', 'sh', 'all.sh'], { cwd: folder, encoding: 'utf8' })
    if (status !== 0) throw new Error(`expected the commands to run, got ${status}: ${stderr}`)
    return commands.map((_, at) => {
      const reading = dissector(families)
      const datagrams = [...readStrace(readFileSync(join(folder, `${at}.log`)))]
      const requests = datagrams
        .flatMap((datagram) => reading.dissect(datagram).messages)
        .filter(({ toKernel }) => toKernel)
      return { requests, complaint: readFileSync(join(folder, `${at}.err`), 'utf8').trim() }
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
