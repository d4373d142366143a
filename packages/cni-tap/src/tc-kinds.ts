import { select, selectOuter } from '@netloom/netlink/codec'
import { tcaNoOptions, tcaTbfAttrs, tcaU32Attrs } from '@netloom/netlink/route'

/**
 * Kinds of traffic control with only those that the plugin uses. `scripts/lib/bundle.mjs` replaces `route/tc/kinds.ts` of
 * `@netloom/netlink` with this module in the executable. Options of other kinds stay bytes.
 */

export const qdiscOptions = select('kind', { clsact: tcaNoOptions, ingress: tcaNoOptions, tbf: tcaTbfAttrs })
export const qdiscXstats = select('kind', {})
export const qdiscStatsApp = selectOuter('kind', {})
export const classOptions = select('kind', {})
export const classXstats = select('kind', {})
export const classStatsApp = selectOuter('kind', {})
export const filterOptions = select('kind', { u32: tcaU32Attrs })
