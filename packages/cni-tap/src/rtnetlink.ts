import { protocol } from '@netloom/netlink'
import { commonMessages, RTNLGRP } from '@netloom/netlink/route'

/**
 * NETLINK_ROUTE with only the messages that the plugin sends. `scripts/lib/bundle.mjs` puts this in place of the full protocol
 * when it bundles the executable: declaring all messages takes longer than everything else that the plugin does at startup.
 */
export const rtnetlink = protocol('NETLINK_ROUTE', 0, commonMessages, { groups: RTNLGRP.values })
