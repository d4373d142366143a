import type { Cases } from './cases.js'

/** Yields pseudo-random numbers, the same ones each time. */
function* pseudoRandom(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    yield state
  }
}

function checksum(bytes: Uint8Array, sum: number): number {
  let result = sum
  for (let at = 0; at < bytes.length; at += 1 + (bytes.length >> 6))
    result = (result * 31 + (bytes[at] as number)) % 1000000007
  return result
}

/** Allocates and frees blocks of all sizes in random order. Each block must keep its contents. */
function churn(seed: number, rounds: number, largest: number): number {
  const random = pseudoRandom(seed)
  const next = () => random.next().value
  const blocks: (Uint8Array | undefined)[] = new Array(100).fill(undefined)
  let sum = 0
  for (let round = 0; round < rounds; round++) {
    const at = next() % blocks.length
    const block = blocks[at]
    if (block !== undefined) sum = checksum(block, sum)
    const size = 2 ** (next() % Math.log2(largest)) + (next() % 40)
    blocks[at] = next() % 3 === 0 ? undefined : new Uint8Array(size).fill(next() & 255)
  }
  return blocks.reduce((total, block) => (block === undefined ? total : checksum(block, total)), sum)
}

export const memoryCases: Cases = {
  'small blocks': () => churn(1, 20_000, 2 ** 10),
  'blocks of all sizes': () => churn(2, 4_000, 2 ** 18),
  'an array that grows': () => {
    const list: number[] = []
    for (let value = 0; value < 300_000; value++) list.push(value)
    while (list.length > 10) list.length = list.length >> 1
    return list
  },
  'a text that grows': () => {
    let text = ''
    for (let round = 0; round < 19; round++) text += `${text}${round},`
    return [text.length, text.slice(-20)]
  },
  'many objects': () => {
    const objects = Array.from({ length: 50_000 }, (_, id) => ({ id, text: `number ${id}`, list: [id, id + 1] }))
    return objects.reduce((sum, { id, text, list }) => (sum + id + text.length + (list[1] as number)) % 1000003, 0)
  },
  'a large text from JSON and back': () => {
    const value = Array.from({ length: 20_000 }, (_, id) => ({ id, name: `x${id}` }))
    return JSON.stringify(JSON.parse(JSON.stringify(value))).length
  },
}
