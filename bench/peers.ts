export async function comparePeers(): Promise<void> {}
