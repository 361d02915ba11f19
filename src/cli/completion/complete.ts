export async function printCompletions(_p: string, _a: readonly string[]): Promise<void> {}
