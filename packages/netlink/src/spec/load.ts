import { readFile } from 'node:fs/promises'
import { ArgumentError } from '../codec/error.js'
import { printable } from '../codec/printable.js'
import type { GenericFamily } from '../generic/family.js'
import type { Messages, NumberedProtocol } from '../message/index.js'
import { SpecError } from './error.js'
import { declare } from './evaluate.js'
import { readSpec } from './read.js'
import type { Spec } from './types.js'

/** Parses the text of a YAML spec. The parser is loaded only here. @throws {SpecError} with line and column if it is no YAML */
export async function parseSpec(text: string): Promise<Spec> {
  const { parseDocument } = await import('yaml')
  const document = parseDocument(text)
  const [fault] = document.errors
  if (fault !== undefined) {
    const [{ line, col } = { line: 1, col: 1 }] = fault.linePos ?? []
    // Its message repeats the position, and quotes the line below.
    const reason = fault.message.split(/ at line \d+, column \d+:/)[0] ?? ''
    throw new SpecError(`line ${line}, column ${col}: ${printable(reason)}`)
  }
  return readSpec(toValue(document))
}

/** Resolves aliases. The parser refuses documents whose aliases multiply without bound. */
function toValue(document: { toJS(): unknown }): unknown {
  try {
    return document.toJS()
  } catch (error) {
    throw new SpecError(printable((error as Error).message))
  }
}

const read = (file: string | URL) => readFile(file, 'utf8')

/**
 * Reads a YAML spec of the kernel (Documentation/netlink/specs/) and declares its family of generic netlink, for `nl.generic()`. Names of
 * messages are those of the kernel, keys of attributes are in camel case: `xdpFeatures` for `xdp-features`.
 *
 * ```ts
 * const family = await loadSpec('/usr/src/linux/Documentation/netlink/specs/netdev.yaml')
 * const devices = await nl.generic(family).dump('NETDEV_CMD_DEV_GET')
 * ```
 * @throws {SpecError} if the spec is not valid
 * @throws the error of Node if the file cannot be read
 */
export async function loadSpec(file: string | URL): Promise<GenericFamily> {
  return familyOfSpec(await parseSpec(await read(file)))
}

/** Declares the family of generic netlink of a spec. @throws {SpecError} */
export function familyOfSpec(spec: Spec): GenericFamily {
  if (spec.protocol === 'netlink-raw')
    throw new ArgumentError(`expected a spec of generic netlink, got ${spec.name}, which loadProtocol() reads`)
  return declare(spec).last as GenericFamily
}

/**
 * Reads a YAML spec of the kernel whose `protocol` is `netlink-raw`, for example `rt-link.yaml`, and declares its messages and groups.
 * @throws {SpecError} if the spec is not valid
 * @throws the error of Node if the file cannot be read
 */
export async function loadProtocol(file: string | URL): Promise<NumberedProtocol<Messages>> {
  const spec = await parseSpec(await read(file))
  if (spec.protocol !== 'netlink-raw')
    throw new ArgumentError(`expected a spec of netlink-raw, got ${spec.name}, which loadSpec() reads`)
  return declare(spec).last as NumberedProtocol<Messages>
}
