export function bits(mann: typeof import('../../dist/browser.js')): Promise<Record<string, string>>;
