import { sharedCapture } from '@netloom/netlink/inspect'
import { ViewerError } from '../error.js'
import type { Shared } from '../protocol.js'
import type { CaptureIndex } from './capture-index.js'

/** Version of the format, at the start of the hash: deflate-raw, then base64url. */
const PREFIX = '1.'

/** Longest link, in characters. Firefox refuses addresses of 1 MiB, Chromium those of 2 MiB. */
const LONGEST = 1_000_000

/** Number of bytes that become a link of {@link LONGEST} characters. */
const MOST_DEFLATED = Math.floor(((LONGEST - PREFIX.length) * 3) / 4)

/** Largest capture of a link, in bytes: a few bytes may claim to be terabytes. It is in memory several times while it is compressed. */
const LARGEST = 32 * 1024 * 1024

const tooLarge = (what: string) =>
  new ViewerError(`expected a capture for a link of at most ${LONGEST} characters, got ${what}: send the file instead`)

/** Returns the capture as a link. Keys and passwords in it are zeros, unless `secrets` is true. @throws {ViewerError} if it is too long */
export async function sharedLink(index: CaptureIndex, secrets: boolean): Promise<Shared> {
  // Checked before and after, because a copy of a large capture takes long. No page opens a larger one, however well it is compressed.
  const file = index.size > LARGEST ? undefined : sharedCapture(index.datagrams, secrets)
  if (file === undefined || file.length > LARGEST) throw tooLarge(`${file?.length ?? index.size} bytes`)
  const compressed = new Blob([file as BlobPart]).stream().pipeThrough(new CompressionStream('deflate-raw'))
  const bytes = await readUpTo(compressed, MOST_DEFLATED)
  if (bytes === undefined) throw tooLarge(`${file.length} bytes that need a longer one`)
  return { hash: PREFIX + base64url(bytes), size: file.length }
}

/** Returns the capture in a link. @throws {ViewerError} if it is damaged or too large */
export async function captureOfLink(hash: string): Promise<Uint8Array> {
  if (!hash.startsWith(PREFIX))
    throw new ViewerError(
      `expected a link whose part after # begins with ${PREFIX}, got ${JSON.stringify(hash.slice(0, 8))}`,
    )
  const inflated = new Blob([fromBase64url(hash.slice(PREFIX.length)) as BlobPart])
    .stream()
    .pipeThrough(new DecompressionStream('deflate-raw'))
  const capture = await readUpTo(inflated, LARGEST).catch(() => {
    throw new ViewerError('expected compressed bytes in the link, got damaged ones: is the link complete?')
  })
  if (capture === undefined)
    throw new ViewerError(`expected a capture of at most ${LARGEST} bytes in the link, got more`)
  return capture
}

/** Reads a stream to its end. Returns undefined as soon as it has more bytes than `most`. */
async function readUpTo(stream: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array | undefined> {
  const parts: BlobPart[] = []
  const reader = stream.getReader()
  let size = 0
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    size += next.value.length
    if (size > most) {
      await reader.cancel()
      return undefined
    }
    parts.push(next.value as BlobPart)
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer())
}

/** Number of bytes that become one part of the text: `fromCharCode` takes no more arguments. */
const PART = 0x8000

function base64url(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += PART) text += String.fromCharCode(...bytes.subarray(at, at + PART))
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** @throws {ViewerError} if the text contains other characters */
function fromBase64url(text: string): Uint8Array {
  const at = text.search(/[^\w-]/)
  if (at >= 0)
    throw new ViewerError(
      `expected letters, digits, - and _ in the link, got ${JSON.stringify(text[at])} at position ${at + 3}`,
    )
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0))
  } catch {
    throw new ViewerError('expected complete groups of characters in the link: a part of it is missing')
  }
}
