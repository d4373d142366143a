// An Ethernet switch between taps, which learns where each address is. Frames are read and written in batches, and never copied.
//
//   node --import tsx examples/learning-switch.ts tap0 tap1 tap2 tap3
//
// With --offload, the taps deliver TCP data in frames of up to 64 KiB, which pass the switch with their virtio headers. Each tap accepts
// them, so no frame has to be split.
import { parseArgs } from 'node:util'
import { TunTap, WriteBatchError } from '@netloom/tuntap'

const GROUP_BIT = 1

export class LearningSwitch {
  /** Number of frames that arrived. */
  received = 0
  readonly #ports: readonly TunTap[]
  /** Bytes before each frame. */
  readonly #headerSize: number
  readonly #portOfAddress = new Map<number, TunTap>()
  /** Frames of the current batch by the port that they leave through. */
  readonly #leaving: Map<TunTap, Buffer[]>

  constructor(ports: readonly TunTap[]) {
    this.#ports = ports
    this.#headerSize = ports[0]?.framing.vnetHeaderSize ?? 0
    this.#leaving = new Map(ports.map((port) => [port, []]))
  }

  /** Forwards until the ports are closed. */
  async run(): Promise<void> {
    await Promise.all(this.#ports.map((port) => this.#forwardFrom(port)))
  }

  async #forwardFrom(port: TunTap): Promise<void> {
    for await (const batch of port.batches()) {
      this.received += batch.length
      for (const frame of batch) this.#sort(port, frame)
      for (const [to, frames] of this.#leaving) {
        if (frames.length > 0) this.#write(to, frames)
        frames.length = 0
      }
    }
  }

  /** Writes frames. A port that is down does not take them, as a switch without a cable. */
  #write(to: TunTap, frames: readonly Buffer[]): void {
    try {
      to.writeBatch(frames)
    } catch (error) {
      if (!(error instanceof WriteBatchError)) throw error
    }
  }

  #sort(from: TunTap, frame: Buffer): void {
    const at = this.#headerSize
    this.#portOfAddress.set(frame.readUIntBE(at + 6, 6), from)
    const isGroup = ((frame[at] ?? 0) & GROUP_BIT) !== 0
    const to = isGroup ? undefined : this.#portOfAddress.get(frame.readUIntBE(at, 6))
    for (const [port, frames] of this.#leaving)
      if (port !== from && (to === undefined || port === to)) frames.push(frame)
  }
}

if (import.meta.filename === process.argv[1]) {
  const { values, positionals } = parseArgs({ options: { offload: { type: 'boolean' } }, allowPositionals: true })
  const options = values.offload ? { offload: { csum: true, tso4: true, tso6: true } } : {}
  const ports = positionals.map((name) => TunTap.attach({ mode: 'tap', name, ...options }))
  console.log('ready')
  await new LearningSwitch(ports).run()
}
