import { endianness } from 'node:os'
import { ArgumentError, show } from '../../codec/index.js'
import { isIntegerIn } from '../../codec/integers.js'

/** NF_CT_LABELS_MAX_SIZE, net/netfilter/nf_conntrack_labels.h */
const BYTES = 16
const MOST = BYTES * 8 - 1

/** The bit map consists of words of the host: `unsigned long` of `struct nf_conn_labels`. */
const isBig = endianness() === 'BE'

/** Returns the index of the byte that contains a label's bit. */
const byteOf = (label: number) => (label >> 3) ^ (isBig ? 7 : 0)

/** Returns the numbers of the labels that are set. */
export function labelsIn(bytes: Uint8Array): number[] {
  const labels: number[] = []
  for (let label = 0; label < bytes.length * 8; label++)
    if (((bytes[byteOf(label)] ?? 0) >> (label & 7)) & 1) labels.push(label)
  return labels
}

/** Checks a list of labels. @throws {TypeError} */
export function checkLabels(what: string, labels: unknown): void {
  if (!Array.isArray(labels) || !labels.every((label) => isIntegerIn(label, 0, MOST)))
    throw new ArgumentError(
      `expected labels of ${what} to be a list of integers from 0 to ${MOST}, got ${show(labels)}`,
    )
}

/** Returns the bit map of labels. */
function bitMap(labels: readonly number[]): Buffer {
  const bytes = Buffer.alloc(BYTES)
  for (const label of labels) bytes[byteOf(label)] = (bytes[byteOf(label)] as number) | (1 << (label & 7))
  return bytes
}

/** Encodes all labels as a list, or changes of some labels as an object. @throws {TypeError} */
export function encodeLabels(
  what: string,
  labels: readonly number[] | Readonly<Record<number, boolean>>,
): { labels: Buffer; labelsMask?: Buffer } {
  if (typeof labels !== 'object' || labels === null || Array.isArray(labels)) {
    checkLabels(what, labels)
    return { labels: bitMap(labels as readonly number[]) }
  }
  const changes = Object.entries(labels).map(([label, isSet]) => [Number(label), isSet] as const)
  const all = changes.map(([label]) => label)
  checkLabels(what, all)
  for (const [label, isSet] of changes)
    if (typeof isSet !== 'boolean')
      throw new ArgumentError(`expected label ${label} of ${what} to be true or false, got ${show(isSet)}`)
  return { labels: bitMap(changes.flatMap(([label, isSet]) => (isSet ? [label] : []))), labelsMask: bitMap(all) }
}
