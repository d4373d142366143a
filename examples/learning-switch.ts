// An Ethernet switch between taps, which learns where each address is. Frames are read and written in batches, and never copied.
// With --offload, TCP data passes in frames of up to 64 KiB. Each tap accepts them, so no frame has to be split.
//   node --import tsx examples/learning-switch.ts tap0 tap1 tap2 tap3
import { TunTap, WriteBatchError } from '@netloom/tuntap'

export class LearningSwitch {
  received = 0 // frames
  readonly #portOfAddress = new Map<number, TunTap>()
  constructor(readonly ports: readonly TunTap[]) {}
  /** Forwards until the ports are closed. */
  run = (): Promise<unknown> => Promise.all(this.ports.map((port) => this.#forwardFrom(port)))
  async #forwardFrom(from: TunTap): Promise<void> {
    const at = from.framing.vnetHeaderSize
    const leaving = this.ports.filter((port) => port !== from).map((port) => ({ port, frames: [] as Buffer[] }))
    for await (const batch of from.batches()) {
      this.received += batch.length
      for (const frame of batch) {
        this.#portOfAddress.set(frame.readUIntBE(at + 6, 6), from)
        // A frame to a group leaves through all ports, as one to an unknown address does.
        const to = (frame.readUInt8(at) & 1) === 1 ? undefined : this.#portOfAddress.get(frame.readUIntBE(at, 6))
        for (const { port, frames } of leaving) if (to === undefined || to === port) frames.push(frame)
      }
      for (const { port, frames } of leaving)
        try {
          if (frames.length > 0) port.writeBatch(frames.splice(0))
        } catch (error) {
          // A port that is down takes no frames, as one without a cable.
          if (!(error instanceof WriteBatchError)) throw error
        }
    }
  }
}

if (import.meta.filename === process.argv[1]) {
  const names = process.argv.slice(2).filter((argument) => argument !== '--offload')
  const options = process.argv.includes('--offload') ? { offload: { csum: true, tso4: true, tso6: true } } : {}
  const running = new LearningSwitch(names.map((name) => TunTap.attach({ mode: 'tap', name, ...options }))).run()
  console.log('ready')
  await running
}
