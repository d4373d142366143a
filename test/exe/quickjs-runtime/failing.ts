import { closeSync, openSync, readSync, writeFileSync, writeSync } from 'node:fs'

function codeOf(call: () => unknown): unknown {
  try {
    return call()
  } catch (error) {
    return (error as NodeJS.ErrnoException).code
  }
}

function runTrue() {
  const { status, error } = process.getBuiltinModule('node:child_process').spawnSync('/bin/true', [], { env: {} })
  return [status, (error as NodeJS.ErrnoException | undefined)?.code ?? null]
}

/** Programs that fail, by name. */
const cases: Record<string, () => unknown> = {
  throws: () => {
    throw new TypeError('"broken"\n')
  },
  rejects: () => Promise.reject(new Error('unhandled')),
  'rejects, handled': () => {
    const promise = Promise.reject(new Error('handled'))
    promise.catch(() => {})
    process.exitCode = 3
  },
  'rejects twice, handled once': () => {
    const promises = ['first', 'second'].map((name) => Promise.reject(new Error(name)))
    promises[1]?.catch(() => {})
    process.exitCode = 0
  },
  'throws a symbol': () => {
    throw Symbol()
  },
  'exceeds the file size limit': () => {
    const code = codeOf(() => writeFileSync(process.env.TEST_RESULTS ?? '', 'x'.repeat(10_000)))
    process.exitCode = code === 'EFBIG' ? 0 : 5
  },
  'exceeds the descriptor limit': () => {
    const held: number[] = []
    const all = codeOf(() => {
      for (;;) held.push(openSync('/dev/null', 'r'))
    })
    const code = runTrue()
    closeSync(held.pop() as number)
    const withOne = runTrue()
    for (const fd of held.splice(0, 8)) closeSync(fd)
    writeSync(1, Buffer.from(JSON.stringify([all, code, withOne, runTrue()])))
    process.exitCode = 0
  },
  'sets no exit code': () => undefined,
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
  'has closed standard streams': () => {
    const byte = Buffer.alloc(1)
    const codes = [0, 1, 2].map((fd) => [codeOf(() => readSync(fd, byte)), codeOf(() => writeSync(fd, byte))])
    const fd = openSync(process.env.TEST_RESULTS ?? '', 'w')
    writeSync(fd, Buffer.from(JSON.stringify([codes, fd > 2])))
    closeSync(fd)
    process.exitCode = 0
  },
}

const selected = cases[process.env.TEST_CASE ?? '']
if (selected === undefined) throw new Error(`expected one of ${Object.keys(cases).join(', ')}`)
await selected()
