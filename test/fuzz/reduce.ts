import { copy, parse, serialise, spotsOf } from './tree.js'

/** More tries than any of our messages needs. */
const TRIES = 3000

/** All bytes with something less in them: an attribute, some bytes, some ones. */
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

/** The simplest bytes that still fail, as far as removing one thing after the other leads. */
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
