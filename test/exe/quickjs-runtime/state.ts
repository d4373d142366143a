/** State that prepare.ts leaves for prepared.ts. */
export const state: { readonly list: number[]; ran: number } = { list: [], ran: 0 }
