import type { DissectedDatagram } from '../dissect/index.js'
import { type Redactor, SECRET } from './redact.js'

/** Maximum number of bytes to print. */
const MOST = 64

/** True if bytes that are not zero follow the last message. */
export const strayBytes = ({ rest }: DissectedDatagram): boolean => rest.length > 0 && rest.some((byte) => byte !== 0)

/** Returns a line about the bytes after the last message. They may be an older message, with keys. */
export function strayLine({ toKernel, protocol, rest }: DissectedDatagram, redactor: Redactor | undefined): string {
  const isHidden = redactor?.mayHoldKeys({ protocol, family: undefined })
  const more = rest.length > MOST ? `… (${rest.length} bytes)` : ''
  return `${toKernel ? '→' : '←'} kernel ${protocol} no message: ${isHidden ? SECRET : rest.toString('hex', 0, MOST)}${more}`
}
