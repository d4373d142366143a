import { closeSync, fstatSync, openSync, writeSync } from 'node:fs'

/** Ways for a program to end that none should take, by name. */
const ways: Record<string, () => unknown> = {
  throws: () => {
    throw new TypeError('"broken"\n')
  },
  rejects: () => Promise.reject(new Error('unheeded')),
  'rejects and is heeded': () => {
    const promise = Promise.reject(new Error('heeded'))
    promise.catch(() => {})
    process.exitCode = 3
  },
  forgets: () => undefined,
  hangs: () => new Promise(() => {}),
  fills: () => {
    for (const lists: number[][] = []; ; ) lists.push(new Array(100_000).fill(1))
  },
  recurses: () => {
    const deeper = (depth: number): number => deeper(depth + 1) + 1
    try {
      deeper(0)
    } catch {
      process.exitCode = 4
    }
  },
  'has no standard streams': () => {
    const kinds = [0, 1, 2].map((fd) => fstatSync(fd).isCharacterDevice())
    const fd = openSync(process.env.HOST_RESULTS ?? '', 'w')
    writeSync(fd, Buffer.from(JSON.stringify([kinds, fd > 2])))
    closeSync(fd)
    process.exitCode = 0
  },
}

const way = ways[process.env.HOST_WAY ?? '']
if (way === undefined) throw new Error(`expected one of ${Object.keys(ways).join(', ')}`)
await way()
