import { sharedCapture } from '@netloom/netlink/inspect'
import { ViewerError } from '../error.js'
import type { Shared } from '../protocol.js'
import type { CaptureIndex } from './capture-index.js'

/** Version of the format, at the start of the hash: deflate-raw, then base64url. */
const PREFIX = '1.'

/** Longest link, in characters. Browsers refuse addresses of 2 MiB. */
const LONGEST = 1_500_000

/** Largest capture of a link, in bytes: a few bytes may claim to be terabytes. */
const LARGEST = 64 * 1024 * 1024

/** Returns the capture as a link. Keys and passwords in it are zeros, unless `secrets` is true. @throws {ViewerError} if it is too long */
export async function sharedLink(index: CaptureIndex, secrets: boolean): Promise<Shared> {
  const file = sharedCapture(index.datagrams, secrets)
  const deflated = await new Response(
    new Blob([file as BlobPart]).stream().pipeThrough(new CompressionStream('deflate-raw')),
  ).arrayBuffer()
  const hash = PREFIX + base64url(new Uint8Array(deflated))
  if (hash.length > LONGEST)
    throw new ViewerError(
      `expected a link of at most ${LONGEST} characters, got ${hash.length}: the capture is too large, send the file`,
    )
  return { hash, size: file.length }
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
  const parts: BlobPart[] = []
  let size = 0
  try {
    for (let reader = inflated.getReader(), next = await reader.read(); !next.done; next = await reader.read()) {
      size += next.value.length
      if (size > LARGEST) {
        await reader.cancel()
        break
      }
      parts.push(next.value as BlobPart)
    }
  } catch {
    throw new ViewerError(
      `expected compressed bytes in the link, got damaged ones after ${size} bytes: is the link complete?`,
    )
  }
  if (size > LARGEST) throw new ViewerError(`expected a capture of at most ${LARGEST} bytes in the link, got more`)
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
