import { ArgumentError } from '../../../codec/index.js'
import { IPPROTO } from '../../../constants/ip.js'
import type { XfrmAllocspiMessage, XfrmStateMessage } from '../../../xfrm/messages.js'
import type { Operation } from '../../run/operation.js'
import { explained } from '../../run/requests.js'
import { U32 } from '../../values/accepted.js'
import { checkKeys, requireKeys } from '../../values/objects.js'
import { noLimits } from '../limits.js'
import { request } from '../request.js'
import { withLink } from '../selector.js'
import { toState } from './decode.js'
import { encodeState } from './encode.js'
import type { XfrmSpiRequest, XfrmState } from './types.js'

const keys = {
  ...{ src: 1, dst: 1, proto: 1, mode: 1, reqid: U32, seq: U32, mark: 1, ifId: U32, min: U32, max: U32 },
} satisfies Record<keyof XfrmSpiRequest, unknown>

/** The range of RFC 2367 and `ip xfrm`. SPIs of IPComp have 16 bits. */
const FIRST = 0x100
const [LAST, LAST_COMP] = [0x0fffffff, 0xffff]

/** Returns the range of a request. @throws {TypeError} */
function rangeOf(proto: number, { min = FIRST, max }: XfrmSpiRequest) {
  const last = max ?? Math.max(min, proto === IPPROTO.COMP ? LAST_COMP : LAST)
  if (min > last) throw new ArgumentError(`expected min of state to be at most max, ${last}, got ${min}`)
  return { min, max: last }
}

/** Creates a larval state with an SPI that no other state has. Returns it. */
export function* allocSpi(wanted: XfrmSpiRequest): Operation<XfrmState> {
  checkKeys('state', wanted, keys)
  requireKeys('state', wanted, 'src', 'dst', 'proto')
  const { min: _, max: __, ...state } = wanted
  const { sel, attrs, ...info } = encodeState(state)
  const value = {
    info: { ...info, lft: noLimits, sel: yield* withLink(sel, {}) },
    ...rangeOf(info.id.proto, wanted),
    attrs,
  }
  const replies = yield* explained(
    request('change', 'XFRM_MSG_ALLOCSPI', value as unknown as XfrmAllocspiMessage),
    'ENOENT',
    'no SPI of the range is free',
  )
  return toState(replies[0] as unknown as XfrmStateMessage)
}
