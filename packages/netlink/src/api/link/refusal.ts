import { NetlinkError } from '../../message/index.js'
import { type LinkMessage, RTEXT_FILTER } from '../../route/index.js'
import { type Accepted, integers } from '../accepted.js'
import { ExplainedError } from '../explained-error.js'
import type { LinkKey } from '../link-ref.js'
import { type Operation, read } from '../operation.js'
import type { LinkChange } from './types.js'

/** BR_MIN_FORWARD_DELAY to BR_MAX_FORWARD_DELAY, net/bridge/br_private_stp.h: while the bridge speaks STP */
const FORWARD_DELAY = integers(200, 3000)

/** MACVLAN_MODE_SOURCE, linux/if_link.h */
const SOURCE = 16

/** An option that the kernel refuses because of what the link is or does, and the values that this link accepts. */
interface Suspect {
  readonly option: string
  readonly value: unknown
  readonly accepted: Accepted
}

const bytesOf = (address: string) => address.split(':').length

/** Options whose accepted values depend on the link, and are known only when it is read. `current` is undefined for a new link. */
function suspects({ mtu, address, data, slaveData }: LinkChange, current: LinkMessage | undefined): Suspect[] {
  const { minMtu = 0, maxMtu, address: own } = current?.attrs ?? {}
  const before = (current?.attrs.linkinfo?.data ?? {}) as Record<string, unknown>
  const { forwardDelay, macaddrMode, macaddr, mode = before.mode } = (data ?? {}) as Record<string, unknown>
  const length = own === undefined ? undefined : bytesOf(own)
  const isOfLength: Accepted = {
    allowed: `an address of ${length} bytes, like ${own}`,
    fits: (text) => typeof text === 'string' && bytesOf(text) === length,
  }
  const { backupPort } = (slaveData ?? {}) as Record<string, unknown>
  // The kernel says ENOENT of a link that is no port at all.
  const isOtherPort: Accepted = { allowed: 'another port of the same bridge', fits: () => false }
  const needsSource: Accepted = {
    allowed: 'given with mode 16 (source) only, and with macaddr to add or delete one',
    fits: () => mode === SOURCE && (macaddr !== undefined || Number(macaddrMode) > 1),
  }
  return [
    ...(backupPort === undefined ? [] : [{ option: 'slaveData.backupPort', value: backupPort, accepted: isOtherPort }]),
    ...(macaddrMode === undefined ? [] : [{ option: 'data.macaddrMode', value: macaddrMode, accepted: needsSource }]),
    ...(mtu === undefined || current === undefined
      ? []
      : [{ option: 'mtu', value: mtu, accepted: integers(minMtu, maxMtu || 0x7fffffff) }]),
    ...(address === undefined || !length ? [] : [{ option: 'address', value: address, accepted: isOfLength }]),
    ...(forwardDelay === undefined
      ? []
      : [{ option: 'data.forwardDelay', value: forwardDelay, accepted: FORWARD_DELAY }]),
  ]
}

/** Reads a link whose change was refused; undefined if that fails too. */
function* currentLink(key: LinkKey): Operation<LinkMessage | undefined> {
  try {
    const attrs = { ...key.attrs, extMask: RTEXT_FILTER.SKIP_STATS }
    const [link] = yield* read('RTM_GETLINK', { ...key, attrs })
    return link
  } catch {
    return undefined
  }
}

/** Adds the option, the accepted values and the value to a refusal that does not name them; other errors stay as they are. */
export function* explainRefusal(error: unknown, key: LinkKey | undefined, wish: LinkChange): Operation<unknown> {
  if (!(error instanceof NetlinkError) || !['EINVAL', 'ERANGE'].includes(error.code)) return error
  if (error.kernelMessage !== undefined && !/mtu/i.test(error.kernelMessage)) return error
  const current = key && (yield* currentLink(key))
  const found = suspects(wish, current).find(({ value, accepted }) => !accepted.fits(value))
  const { request, errno, kernelMessage } = error
  const { master } = wish
  if (
    kernelMessage === undefined &&
    typeof master === 'number' &&
    master !== 0 &&
    !(yield* currentLink({ index: master }))
  )
    return new ExplainedError({ request, errno, attribute: 'master', text: `no link ${master}` }, error)
  if (found) {
    const { option, value, accepted } = found
    const text = `expected ${option} to be ${accepted.allowed}, got ${value}`
    return new ExplainedError({ request, errno, attribute: option, text }, error)
  }
  if (kernelMessage === undefined || wish.mtu === undefined) return error
  return new ExplainedError({ request, errno, attribute: 'mtu', text: `${kernelMessage}, got ${wish.mtu}` }, error)
}
