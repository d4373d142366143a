import { select } from '@netloom/netlink/codec'
import { tcaMirredAttrs } from '@netloom/netlink/route'

/** The only kind of action that the plugin uses, in place of `route/tc/action/kinds.ts`: see `tc-kinds.ts`. */
export const actionOptions = select('kind', { mirred: tcaMirredAttrs })
