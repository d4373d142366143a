import { DecodeError, EncodeError } from '@netloom/netlink/codec'
import { PacketError, type PacketErrorCode } from '../error.js'

/** Returns an error of the codec as a PacketError. Returns other errors unchanged. `place` ends in the name of the layer. */
export function packetErrorOf(error: unknown, place: string, offset: number, code: PacketErrorCode): unknown {
  if (!(error instanceof DecodeError || error instanceof EncodeError)) return error
  const { reason, path } = error
  const name = place.slice(place.lastIndexOf('.') + 1)
  // A path begins with the name of the declaration, which is usually that of the layer.
  const inner = path.join('.').replace(`${name}.`, '')
  const field = inner === '' || inner === name ? place : `${place}.${inner}`
  const [, unknown] = /has no member '(.*)'$/.exec(reason) ?? []
  if (unknown !== undefined)
    return new PacketError({ code, field: `${field}.${unknown}`, value: unknown, offset, expected: 'a known member' })
  const [, expected = reason, value = ''] = /^expected (.*), got (.*)$/.exec(reason) ?? []
  return new PacketError({ code, field, value, offset, expected })
}
