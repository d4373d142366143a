/** The parts of WebAssembly that are used here. The global is missing in the standard library's types, and in some runtimes. */
interface Wasm {
  readonly Memory: new (pages: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer }
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: { readonly sum?: unknown } }
}

const PAGE = 65536

/** Encodes a number, as the binary format does for signed ones (LEB128). All numbers here are below 8192. */
const integer = (value: number): number[] => (value < 64 ? [value] : [(value & 0x7f) | 0x80, value >> 7])
const sized = (bytes: readonly number[]): number[] => [...length(bytes.length), ...bytes]
const length = (value: number): number[] => (value < 128 ? [value] : [(value & 0x7f) | 0x80, value >> 7])
const one = (bytes: readonly number[]): number[] => [1, ...bytes]
const section = (id: number, bytes: readonly number[]): number[] => [id, ...sized(bytes)]

const I32 = 0x7f
const V128 = 0x7b
const EMPTY = 0x40
const END = 0x0b
const I32_ADD = 0x6a
const I32_GT_U = 0x4b
const [block, loop, branch, branchIf] = [0x02, 0x03, 0x0c, 0x0d]
const get = (local: number) => [0x20, local]
const set = (local: number) => [0x21, local]
const number = (value: number) => [0x41, ...integer(value)]
const load = (offset: number) => [0xfd, 0x00, 0, offset] // v128.load, for any alignment
const pairs = [0xfd, 0x7f] // i32x4.extadd_pairwise_i16x8_u
const addLanes = [0xfd, 0xae, 0x01] // i32x4.add
const lane = (index: number) => [0xfd, 0x1b, index] // i32x4.extract_lane

/** Locals: the two parameters, and two sums of four lanes each. */
const [from, to, even, odd] = [0, 1, 2, 3]

/** Adds the 16 bytes at `from + offset` to a sum. */
const add = (sum: number, offset: number) => [
  ...get(sum),
  ...get(from),
  ...load(offset),
  ...pairs,
  ...addLanes,
  ...set(sum),
]

/** Repeats `body` while `step` bytes are left. */
const whileLeft = (step: number, body: readonly number[]) => [
  ...[block, EMPTY, loop, EMPTY],
  ...[...get(from), ...number(step), I32_ADD, ...get(to), I32_GT_U, branchIf, 1],
  ...body,
  ...[...get(from), ...number(step), I32_ADD, ...set(from), branch, 0, END, END],
]

/**
 * The module in WebAssembly's binary format: `sum(from, to)` adds the 16-bit words of a memory that is imported as `m.m`, as the
 * machine reads them (little-endian), 16 bytes at a time. JavaScript would need five times as long.
 */
function moduleBytes(): Uint8Array {
  const name = (text: string) => sized([...text].map((character) => character.charCodeAt(0)))
  const code = [
    ...[1, 2, V128], // two locals
    ...whileLeft(64, [...add(even, 0), ...add(odd, 16), ...add(even, 32), ...add(odd, 48)]),
    ...whileLeft(16, add(even, 0)),
    ...[...get(even), ...get(odd), ...addLanes, ...set(even)],
    ...[0, 1, 2, 3].flatMap((index) => [...get(even), ...lane(index), ...(index > 0 ? [I32_ADD] : [])]),
    END,
  ]
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, one([0x60, 2, I32, I32, 1, I32])), // types: (i32, i32) -> i32
    ...section(2, one([...name('m'), ...name('m'), 0x02, 0, 0])), // imports: a memory
    ...section(3, one([0])), // functions: one, of the first type
    ...section(7, one([...name('sum'), 0, 0])), // exports: the first function
    ...section(10, one(sized(code))),
  ])
}

/** Memory whose words a processor adds 16 bytes at a time. */
export interface SumMemory {
  readonly bytes: Uint8Array
  /**
   * Adds the little-endian words in `[from, to)`, of which the length is a multiple of 16 and at most 65536. The result is an integer of 32 bits,
   * which may be negative.
   */
  sum(from: number, to: number): number
}

/**
 * Allocates memory of at least `size` bytes. Returns undefined if the runtime has no WebAssembly with SIMD, if its policy forbids it, or if
 * it has no address space left.
 */
export function allocateSumMemory(size: number): SumMemory | undefined {
  const { WebAssembly: wasm } = globalThis as { WebAssembly?: Wasm }
  if (wasm === undefined) return undefined
  try {
    const pages = Math.ceil(size / PAGE)
    const memory = new wasm.Memory({ initial: pages, maximum: pages })
    const { exports } = new wasm.Instance(new wasm.Module(moduleBytes()), { m: { m: memory } })
    return { bytes: new Uint8Array(memory.buffer, 0, size), sum: exports.sum as SumMemory['sum'] }
  } catch {
    return undefined
  }
}
