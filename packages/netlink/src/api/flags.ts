import { RTM_F, RTNH_F } from '../route/index.js'

/** Flags of routes and next hops by which the kernel tells how they are: it refuses some of them, and keeps others as if they were so. */
export const TOLD_FLAGS =
  RTNH_F.DEAD |
  RTNH_F.LINKDOWN |
  RTNH_F.OFFLOAD |
  RTNH_F.TRAP |
  RTNH_F.UNRESOLVED |
  RTM_F.CLONED |
  RTM_F.OFFLOAD |
  RTM_F.TRAP |
  RTM_F.OFFLOAD_FAILED
