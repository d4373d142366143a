// Measures `netloom decode` as whole processes, compared with tshark. The contenders take turns. CPU is that of the process and is
// comparable even if the machine is busy. Ratios are to tshark's median.
import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { encodeMessage } from '@netloom/netlink'
import { PACKET, writePcap } from '@netloom/netlink/capture'
import { encode } from '@netloom/netlink/codec'
import { NETLINK } from '@netloom/netlink/dissect'
import { rtnetlink } from '@netloom/netlink/route'
import { median } from '../support/bench.js'
import '../support/built.js'
import { peakOf, printStatus } from '../support/peak-memory.js'

const ROUNDS = Number(process.env.NETLOOM_BENCH_ROUNDS ?? 7)
const ROUTES = 50_000
const ROUTES_PER_DATAGRAM = 40

const { RTM_GETROUTE, RTM_NEWROUTE } = rtnetlink.messages
const MULTI = 2
const PORT = 4711

type Packet = readonly [packetType: number, bytes: Buffer]

const capture = (packets: readonly Packet[]): Buffer =>
  writePcap(
    packets.map(([packetType, bytes], index) => ({
      ...{ time: 10n ** 18n + BigInt(index) * 1000n, protocol: NETLINK.ROUTE, packetType, bytes },
    })),
  )

/** Returns a route as the kernel sends it: in an answer to a dump, or as an event. */
function route(index: number, header: { readonly seq: number; readonly pid: number; readonly flags: number }): Buffer {
  const dst = `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`
  const attrs = { table: 254, dst, priority: 100, prefsrc: '192.0.2.1', gateway: '192.0.2.254', oif: 2 }
  const members = { family: 2, dstLen: 32, table: 254, protocol: 3, type: 1, attrs }
  return encodeMessage({ ...header, type: RTM_NEWROUTE[0] }, encode(RTM_NEWROUTE[1], members))
}

/** Returns a capture of a dump: the request, the routes with the port id of its socket, and the end. */
function dump(): Buffer {
  const request = encodeMessage(
    { seq: 1, pid: 0, type: RTM_GETROUTE[0], flags: 0x301 },
    encode(RTM_GETROUTE[1], { family: 2 }),
  )
  const answer = { seq: 1, pid: PORT, flags: MULTI }
  const packets: Packet[] = [[PACKET.KERNEL, request]]
  for (let at = 0; at < ROUTES; at += ROUTES_PER_DATAGRAM) {
    const routes = Array.from({ length: ROUTES_PER_DATAGRAM }, (_, index) => route(at + index, answer))
    packets.push([PACKET.HOST, Buffer.concat(routes)])
  }
  packets.push([PACKET.HOST, encodeMessage({ ...answer, type: 3 }, Buffer.alloc(4))])
  return capture(packets)
}

/** Returns a capture of events, each with its own datagram and its own line. */
function events(): Buffer {
  const header = { seq: 0, pid: 0, flags: 0x600 }
  return capture(Array.from({ length: ROUTES }, (_, index): Packet => [PACKET.HOST, route(index, header)]))
}

/** Length of the header of a pcap file. */
const PCAP_HEADER = 24

/** Repeats of the events that make a capture of 108 MB. */
const REPEATS = 20

/** A command, and the one with which it is compared. */
interface Contender {
  readonly name: string
  readonly command: readonly string[]
  readonly baseline: string
}

const folder = mkdtempSync(join(tmpdir(), 'netloom-bench-'))
const file = join(folder, 'routes.pcap')
const eventsFile = join(folder, 'events.pcap')
const main = fileURLToPath(new URL('../../packages/netlink/bundle/cli/main.js', import.meta.url))
const netloom = (...args: string[]) => [process.execPath, main, ...args]

const contenders: readonly Contender[] = [
  { name: 'tshark -V', command: ['tshark', '-V', '-r', file], baseline: 'tshark -V' },
  { name: 'netloom decode', command: netloom('decode', file), baseline: 'tshark -V' },
  { name: 'netloom decode -d', command: netloom('decode', '-d', file), baseline: 'tshark -V' },
  { name: 'tshark -T json', command: ['tshark', '-T', 'json', '-r', file], baseline: 'tshark -T json' },
  { name: 'netloom decode --json', command: netloom('decode', '--json', file), baseline: 'tshark -T json' },
  { name: 'tshark -V, events', command: ['tshark', '-V', '-r', eventsFile], baseline: 'tshark -V, events' },
  { name: 'netloom decode, events', command: netloom('decode', eventsFile), baseline: 'tshark -V, events' },
  { name: 'node -e 0', command: [process.execPath, '-e', '0'], baseline: 'node -e 0' },
  { name: 'netloom --help', command: netloom('--help'), baseline: 'node -e 0' },
]

/** Runs a command, and returns its wall and CPU time in milliseconds. */
function run(command: readonly string[]): { wall: number; cpu: number } {
  const start = process.hrtime.bigint()
  // The shell's `time` has milliseconds.
  const script = 'TIMEFORMAT="%3U %3S"; time "$@" >/dev/null 2>/dev/null || exit 1'
  const { status, stderr } = spawnSync('bash', ['-c', script, 'bash', ...command], { encoding: 'utf8' })
  const wall = Number(process.hrtime.bigint() - start) / 1e6
  if (status !== 0) throw new Error(`${command.join(' ')} failed`)
  const [user = Number.NaN, system = Number.NaN] = stderr.trim().split(' ').map(Number)
  return { wall, cpu: (user + system) * 1000 }
}

/** Returns the most memory in MiB that `netloom decode` has at once for a capture of `repeats` times the events. */
function memoryOf(repeats: number): number {
  const path = join(folder, 'long.pcap')
  const some = events()
  writeFileSync(path, some)
  for (let times = 1; times < repeats; times++) appendFileSync(path, some.subarray(PCAP_HEADER))
  const args = [...printStatus, main, 'decode', path]
  const { stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] })
  return peakOf(stderr) / 1024
}

const isInstalled = ({ command }: Contender) => spawnSync(command[0] ?? '', ['--version']).status === 0

try {
  writeFileSync(file, dump())
  writeFileSync(eventsFile, events())
  const present = contenders.filter(isInstalled)
  for (const { name } of contenders.filter((each) => !present.includes(each))) console.log(`! ${name} is not installed`)
  const results = new Map(present.map(({ name }) => [name, { wall: [] as number[], cpu: [] as number[] }]))
  for (let round = 0; round < ROUNDS; round++)
    for (const { name, command } of present) {
      const { wall, cpu } = run(command)
      results.get(name)?.wall.push(wall)
      results.get(name)?.cpu.push(cpu)
    }
  const medians = new Map([...results].map(([name, { wall, cpu }]) => [name, { wall: median(wall), cpu: median(cpu) }]))
  const isJson = process.argv.includes('--json')
  if (!isJson) console.log(`${ROUTES} routes${' '.repeat(17)}wall ms  ratio   CPU ms  ratio`)
  for (const { name, baseline } of present) {
    const { wall, cpu } = medians.get(name) ?? { wall: 0, cpu: 0 }
    const base = medians.get(baseline)
    const [wallRatio, cpuRatio] = [wall / (base?.wall ?? Number.NaN), cpu / (base?.cpu ?? Number.NaN)]
    if (isJson)
      console.log(
        JSON.stringify({
          group: `compared with ${baseline}`,
          name,
          milliseconds: wall,
          ratio: wallRatio,
          cpu,
          cpuRatio,
        }),
      )
    else {
      const cells = [wall.toFixed(0).padStart(8), wallRatio.toFixed(2).padStart(7)]
      console.log(`${name.padEnd(28)}${cells.join('')}${cpu.toFixed(0).padStart(9)}${cpuRatio.toFixed(2).padStart(7)}`)
    }
  }
  if (!isJson) console.log(`a million events of 108 MB: ${memoryOf(REPEATS).toFixed(0)} MiB at most`)
} finally {
  rmSync(folder, { recursive: true })
}
