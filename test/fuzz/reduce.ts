import { copy, parse, serialise, spotsOf } from './tree.js'

/** Limit of attempts, higher than any recorded message needs. */
const TRIES = 3000

/** Yields simpler variants: without one attribute, without some bytes, with one byte set to zero. */
function* simpler(bytes: Buffer, header: number): Generator<Buffer> {
  const nodes = parse(bytes.subarray(header))
  for (let index = 0; nodes && index < spotsOf(nodes).length; index++) {
    const tree = copy(nodes)
    const spot = spotsOf(tree)[index]
    spot?.list.splice(spot.index, 1)
    yield Buffer.concat([bytes.subarray(0, header), serialise(tree)])
  }
  for (const size of [64, 16, 4, 1]) {
    for (let at = 0; at < bytes.length; at += size) {
      yield Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + size)])
    }
  }
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === 0) continue
    const zeroed = Buffer.from(bytes)
    zeroed[at] = 0
    yield zeroed
  }
}

/** Returns the simplest bytes that still fail, found by removing one part after the other. */
export function reduced(bytes: Buffer, header: number, fails: (bytes: Buffer) => boolean): Buffer {
  let best = bytes
  let tries = 0
  for (let again = true; again; ) {
    again = false
    for (const candidate of simpler(best, header)) {
      if (tries++ > TRIES) return best
      if (!fails(candidate)) continue
      best = candidate
      again = true
      break
    }
  }
  return best
}
