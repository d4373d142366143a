import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Netlink } from '@netloom/netlink'
import { createLabSync } from '@netloom/netlink/lab'
import { PacketView, transportChecksumState } from '@netloom/packet'
import { type Offload, TunTap } from '@netloom/tuntap'
import { GroJoiner, GsoSplitter } from '@netloom/tuntap/offload'
import * as assert from 'uvu/assert'
import { type ExistingNamespace, inNamespace } from '../support/netns.js'

/** Changes the packets that pass, e.g. drops some. */
export type Change = (packets: readonly Uint8Array[]) => readonly Uint8Array[]

export interface CableOptions {
  readonly mode: 'tap' | 'tun'
  readonly offload?: Offload
  readonly change?: Change
}

/** Two namespaces, whose devices are connected by this process. */
export interface Cable {
  /** Its device has offloads: frames of 64 KiB in both directions. */
  readonly a: ExistingNamespace
  /** Its device has none: the kernel checks each packet. */
  readonly b: ExistingNamespace
  readonly splitter: GsoSplitter
  readonly joiner: GroJoiner
  /** Number of packets that were split, joined, or had an incorrect checksum. */
  readonly counts: { frames: number; packets: number; written: number; read: number; wrong: number }
}

const ALL: Offload = { csum: true, tso4: true, tso6: true, tsoEcn: true, uso: true }

/** Creates devices with addresses in two namespaces, and moves frames between them while `use` runs. */
export async function withCable(options: CableOptions, use: (cable: Cable) => Promise<void>): Promise<void> {
  using lab = createLabSync({ a: {}, b: {} })
  const { a, b } = lab.ns
  const { mode, offload = ALL, change = (packets) => packets } = options
  using one = TunTap.create({ mode, name: 'dev0', netns: a.path, offload })
  using other = TunTap.create({ mode, name: 'dev0', netns: b.path })
  for (const [index, { nl }] of [a, b].entries()) setUp(nl, 'dev0', index + 1)
  const counts = { frames: 0, packets: 0, written: 0, read: 0, wrong: 0 }
  const splitter = new GsoSplitter(one)
  const joiner = new GroJoiner(one, {
    write(frames) {
      counts.written += frames.length
      one.writeBatch(frames)
    },
  })
  const view = new PacketView({ link: mode === 'tap' ? 'ethernet' : 'ip' })
  const send = (frame: Uint8Array) => {
    const count = splitter.split(frame)
    counts.frames++
    counts.packets += count
    const packets = Array.from({ length: count }, (_, index) => splitter.packet(index))
    for (const packet of packets) {
      const isRight =
        transportChecksumState(view.parse(packet)) !== 'invalid' && view.ipv4?.hasValidChecksum() !== false
      if (!isRight) counts.wrong++
    }
    const left = change(packets)
    if (left.length > 0) other.writeBatch(left)
  }
  const receive = (packets: readonly Uint8Array[]) => {
    counts.read += packets.length
    for (const packet of change(packets)) joiner.push(packet)
    joiner.flush()
  }
  const ended = new AbortController()
  const { signal } = ended
  const loops = Promise.allSettled([
    (async () => {
      for await (const batch of one.batches({ signal })) for (const frame of batch) send(frame)
    })(),
    (async () => {
      for await (const batch of other.batches({ signal })) receive(batch)
    })(),
  ])
  try {
    await use({ a: inNamespace(a.netns), b: inNamespace(b.netns), splitter, joiner, counts })
  } finally {
    ended.abort()
    const results = await loops
    for (const result of results)
      if (result.status === 'rejected' && result.reason !== signal.reason)
        assert.unreachable(String(result.reason?.stack))
  }
}

function setUp(nl: Netlink, dev: string, host: number): void {
  for (const address of [`192.0.2.${host}/24`, `2001:db8::${host}/64`])
    nl.address.addSync({ address, dev, flags: ['NODAD'] })
  nl.link.setSync(dev, { txqlen: 5000, up: true })
}

/** A program in a namespace. */
export interface Running {
  /** Waits until it ends, and returns what it printed. */
  readonly output: Promise<string>
  /** Waits until it has printed a line. */
  readonly ready: Promise<unknown>
}

/** Runs a program of Node or Bun in a namespace. */
export function run({ name }: ExistingNamespace, program: string): Running {
  const child = spawn('ip', ['netns', 'exec', name, process.execPath, '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  child.stdout.on('data', (part) => {
    printed += part
  })
  const ended = once(child, 'exit')
  return {
    ready: Promise.race([once(child.stdout, 'data'), ended]),
    output: ended.then(([code]) => {
      assert.is(code, 0, `${program} printed ${printed}`)
      return printed
    }),
  }
}

/** Returns a counter of /proc/net/snmp. */
export function counterOf(namespace: ExistingNamespace, protocol: string, name: string): number {
  const lines = namespace.exec('cat', ['/proc/net/snmp']).split('\n')
  const [names = '', values = ''] = lines.filter((line) => line.startsWith(`${protocol}: `))
  return Number(values.split(' ')[names.split(' ').indexOf(name)])
}

/** Sets the "congestion experienced" bits of a packet that may have them. */
export function markCongestion(packet: Uint8Array, view: PacketView): void {
  const { ipv4, ipv6, bytes } = view.parse(packet)
  if (ipv4 && (ipv4.tos & 3) !== 0) {
    bytes[ipv4.offset + 1] = ipv4.tos | 3
    ipv4.updateChecksum()
  }
  if (ipv6 && (ipv6.trafficClass & 3) !== 0) bytes[ipv6.offset + 1] = (bytes[ipv6.offset + 1] as number) | 0x30
}
