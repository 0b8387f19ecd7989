/* What Go's runtime wants of Windows' bcryptprimitives.dll, for a Wine that does not have it. */
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE into, SIZE_T length)
{
    return RtlGenRandom(into, (ULONG)length);
}
