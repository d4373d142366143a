import { ctnetlink } from '../../netfilter/index.js'
import { requestsOf } from '../run/requests.js'

/** The requests of connection tracking. */
export const { read: readCt, dump: dumpCt, dumpAs: dumpCtAs, change: changeCt } = requestsOf(ctnetlink)
