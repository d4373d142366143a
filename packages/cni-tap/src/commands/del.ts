import { readConfig } from '../config.js'
import { detach, throwFirst } from '../detach.js'
import type { Reply, Request } from '../request.js'

/** DEL: of what ADD made, nothing is left; done twice, it succeeds twice. */
export function del(request: Request): Reply {
  const { ipam } = readConfig(request.json, 'DEL')
  throwFirst(detach(request, ipam?.type))
  return {}
}
