/** The last uid and gid: `(uid_t)-1` stands for none, also to TUNSETOWNER and TUNSETGROUP. */
export const maxId = 0xffff_fffe
