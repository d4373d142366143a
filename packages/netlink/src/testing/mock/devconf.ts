import { IPV4_DEVCONF, type LinkMessage } from '../../route/index.js'
import { notModelled } from './refused.js'
import type { Link } from './state.js'

/** The settings of IPv4 that a link has in a new namespace (`ipv4_devconf_dflt`), from IPV4_DEVCONF_FORWARDING. */
const defaults: readonly number[] = [
  ...[1, 0, 0, 1, 1, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10_000, 1000, 0, 0, 0, 0, 1],
]

const PROMOTE = IPV4_DEVCONF.PROMOTE_SECONDARIES

/** Returns IFLA_AF_SPEC of a link. Of IPv6, nothing is modelled. */
export const afSpecOf = ({ promotes }: Link) => ({ inet: { conf: defaults.with(PROMOTE - 1, promotes ? 1 : 0) } })

/** Changes the settings of a link. @throws {Refused} for those that are not modelled */
export function changeAfSpec(link: Link, afSpec: NonNullable<LinkMessage['attrs']['afSpec']>): void {
  const { inet, ...others } = afSpec as { readonly inet?: { readonly conf?: readonly (readonly number[])[] } }
  if (Object.keys(others).length > 0) notModelled('settings of a link other than IPv4')
  for (const [id, value] of inet?.conf ?? []) {
    if (id !== PROMOTE) notModelled('settings of IPv4 other than promote_secondaries')
    link.promotes = value !== 0
  }
}
