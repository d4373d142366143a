import { bridgeAttrs, brportAttrs, tunAttrs } from '@netloom/netlink/route'

/**
 * Kinds of links with only those whose data the plugin reads, in place of `route/link-kinds/cases.ts`: see `tc-kinds.ts`. Data of
 * other kinds stays bytes.
 */
export const dataCases = { bridge: bridgeAttrs, tun: tunAttrs }
export const slaveCases = { bridge: brportAttrs }
export const slaveKindCases = {}
export const xstatsCases = {}
