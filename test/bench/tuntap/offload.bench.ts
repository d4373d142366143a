import { execFileSync } from 'node:child_process'
import { type LayerInput, PacketView } from '@netloom/packet'
import { GroJoiner, GsoSplitter } from '@netloom/tuntap/offload'
import { processorTime } from '../../support/bench.js'
import { atMost, printRows, type Row } from '../../support/rounds.js'
import { below, dataOf, superFrame, timestamps } from '../../tuntap/super-frames.js'
import { withProgram } from './devices.js'

// Processor time of splitting and joining for each segment of 1448 bytes, next to the same work in C.

const COUNT = 45
const SIZE = 1448
/** Frames that are used in turns, so that they do not stay in the processor's first cache. */
const FRAMES = 64

const format = { mode: 'tun', framing: { pi: false, vnetHeaderSize: 10, vnetByteOrder: 'little' } } as const
const { ipv4, ipv6 } = below
const tcp: LayerInput = { layer: 'tcp', sourcePort: 40000, destinationPort: 80, flags: 0x10, options: timestamps(1) }
const udp: LayerInput = { layer: 'udp', sourcePort: 40000, destinationPort: 443 }

const kinds: Readonly<Record<string, readonly LayerInput[]>> = {
  'TCP over IPv4': [ipv4, tcp],
  'TCP over IPv6': [ipv6, tcp],
  'UDP over IPv4': [ipv4, udp],
}

/** Largest ratio to the time of C. */
const bars = { split: 3, join: 7 } as const

const inC = withProgram('offload.c', async (program) => {
  const time = (work: string) => Number(execFileSync(program, [work], { encoding: 'utf8' }))
  return { split: time('split'), join: time('join') }
})

function rowOf(name: string, nanoseconds: number, reference: number, most?: number): Row {
  const ratio = nanoseconds / reference
  const text = `${nanoseconds.toFixed(1).padStart(7)} ns for a segment, ${ratio.toFixed(2)} × C`
  return { group: 'offload', name, text, verdicts: most === undefined ? [] : [atMost('× C', ratio, most)] }
}

function measure(name: string, layers: readonly LayerInput[], references: Awaited<typeof inC>): Row[] {
  const frames = Array.from({ length: FRAMES }, (_, seed) =>
    superFrame({ layers, data: dataOf(COUNT * SIZE, seed), size: SIZE }, 'ip'),
  )
  const splitter = new GsoSplitter(format, { strict: true })
  const batches = frames.map((frame) =>
    Array.from({ length: splitter.split(frame) }, (_, index) => splitter.packet(index).slice()),
  )
  let turn = 0
  const split = processorTime(() => splitter.split(frames[turn++ % FRAMES] as Buffer))
  let written = 0
  const joiner = new GroJoiner(format, {
    strict: true,
    write(all) {
      written += all.length
    },
  })
  const join = processorTime(() => {
    for (const packet of batches[turn++ % FRAMES] ?? []) joiner.push(packet)
    joiner.flush()
  })
  if (joiner.joined !== written * (COUNT - 1)) throw new Error(`${joiner.joined} packets were joined to ${written}`)
  // Acknowledgments: packets without data, most of what the other direction of a stream has.
  const alone = batches.map(([first]) => acknowledgment(first as Uint8Array))
  const pass = processorTime(() => {
    for (const packet of alone) joiner.push(packet)
    joiner.flush()
  })
  const isFirst = name === 'TCP over IPv4'
  return [
    rowOf(`split: ${name}`, split / COUNT, references.split, isFirst ? bars.split : undefined),
    rowOf(`join: ${name}`, join / COUNT, references.join, isFirst ? bars.join : undefined),
    rowOf(`pass on without data: ${name}`, pass / FRAMES, references.join),
  ]
}

/** Returns the packet without data. */
function acknowledgment(packet: Uint8Array): Uint8Array {
  const view = new PacketView({ link: 'ip' }).parse(packet)
  const headers = packet.slice(0, view.payloadOffset)
  const { ipv4: short, ipv6: long, udp: datagram } = new PacketView({ link: 'ip', partial: true }).parse(headers)
  if (short) short.totalLength = headers.length
  if (long) long.payloadLength = headers.length - 40
  if (datagram) datagram.length = 8
  short?.updateChecksum()
  return headers
}

const references = await inC
const head = (['split', 'join'] as const).map((name) =>
  rowOf(`${name}: C with gcc -O2`, references[name], references[name]),
)
printRows('GSO and GRO, processor time', [
  ...head,
  ...Object.entries(kinds).flatMap(([name, layers]) => measure(name, layers, references)),
])
