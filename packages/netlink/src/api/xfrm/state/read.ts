import { AF } from '../../../codec/index.js'
import { IPPROTO } from '../../../constants/ip.js'
import type { XfrmStateMessage } from '../../../xfrm/messages.js'
import type { Operation } from '../../run/operation.js'
import { U32 } from '../../values/accepted.js'
import { familyNumber, parseNetwork } from '../../values/ip-text.js'
import { numberOf } from '../../values/names.js'
import { checkKeys } from '../../values/objects.js'
import { readOne, request } from '../request.js'
import { anyOf, familyOfAddresses } from '../selector.js'
import { toState } from './decode.js'
import { encodeStateKey } from './encode.js'
import type { XfrmState, XfrmStateCount, XfrmStateFilter, XfrmStateKey } from './types.js'

const filterKeys = { src: 1, dst: 1, family: 1, proto: 1, reqid: U32, spi: U32 } satisfies Record<
  keyof XfrmStateFilter,
  unknown
>

/** Returns the attributes with which the kernel filters. @throws {TypeError} */
function encodeFilter({ src = 'default', dst = 'default', family: given, proto }: XfrmStateFilter) {
  const number = given === undefined ? undefined : familyNumber(given)
  const family = familyOfAddresses('filter', src, dst) ?? given
  const own = family ?? 'inet6'
  const [from, to] = [
    parseNetwork('src of filter', src, given ?? own),
    parseNetwork('dst of filter', dst, given ?? own),
  ]
  const addressFilter = {
    ...{ saddr: from.address ?? anyOf(own), daddr: to.address ?? anyOf(own), splen: from.length, dplen: to.length },
    family: number ?? (family === undefined ? AF.UNSPEC : familyNumber(family)),
  }
  return {
    ...(family !== undefined && { addressFilter }),
    ...(proto !== undefined && { proto: numberOf('proto of filter', IPPROTO, proto) }),
  }
}

/** Lists the states that the filter selects. */
export function* listStates(filter: XfrmStateFilter = {}): Operation<XfrmState[]> {
  checkKeys('filter', filter, filterKeys)
  const messages = (yield* request('dump', 'XFRM_MSG_GETSA', {
    attrs: encodeFilter(filter),
  })) as unknown as XfrmStateMessage[]
  const { reqid, spi } = filter
  return messages
    .map(toState)
    .filter((each) => (reqid === undefined || each.reqid === reqid) && (spi === undefined || each.spi === spi))
}

/** Returns a state; undefined if there is none. */
export function* getState(key: XfrmStateKey): Operation<XfrmState | undefined> {
  const found = yield* readOne<XfrmStateMessage>('XFRM_MSG_GETSA', encodeStateKey(key), 'ESRCH')
  return found && toState(found)
}

/** A header of counts selects nothing. `ip` sends all bits. */
const ALL = 0xffffffff

/** Returns the number of states. */
export function* countStates(): Operation<XfrmStateCount> {
  const [reply] = yield* request('read', 'XFRM_MSG_GETSADINFO', { flags: ALL })
  const { cnt = 0, hinfo } = reply?.attrs ?? {}
  return { states: cnt, buckets: hinfo?.sadhcnt ?? 0, mostBuckets: hinfo?.sadhmcnt ?? 0 }
}
