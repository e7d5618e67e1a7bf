/** As in many projects that test what browsers show. */
export default { test: { environment: 'jsdom' } };
