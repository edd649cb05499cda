/* A reader driver for pcscd that is vsmartcard's virtual reader for as long as the file MARK does not exist, and a reader
 * that was unplugged while it does. */
#include <dlfcn.h>
#include <unistd.h>

#define REAL "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"
#define IFD_COMMUNICATION_ERROR 612
#define IFD_NO_SUCH_DEVICE 617

typedef unsigned long dword;
typedef struct {
	dword protocol, length;
} header;

static void *real(const char *name)
{
	static void *library;
	if (library == 0)
		library = dlopen(REAL, RTLD_NOW);
	return library == 0 ? 0 : dlsym(library, name);
}

static int unplugged(void) { return access(MARK, F_OK) == 0; }

#define FORWARD(name, parameters, arguments)                       \
	long name parameters                                       \
	{                                                          \
		long(*function) parameters = real(#name);          \
		if (unplugged())                                   \
			return IFD_NO_SUCH_DEVICE;                 \
		if (function == 0)                                 \
			return IFD_COMMUNICATION_ERROR;            \
		long result = function arguments;                  \
		return unplugged() ? IFD_NO_SUCH_DEVICE : result;  \
	}

FORWARD(IFDHCreateChannelByName, (dword lun, char *name), (lun, name))
FORWARD(IFDHCreateChannel, (dword lun, dword channel), (lun, channel))
FORWARD(IFDHGetCapabilities, (dword lun, dword tag, dword *length, unsigned char *value), (lun, tag, length, value))
FORWARD(IFDHSetCapabilities, (dword lun, dword tag, dword length, unsigned char *value), (lun, tag, length, value))
FORWARD(IFDHSetProtocolParameters,
	(dword lun, dword protocol, unsigned char flags, unsigned char p1, unsigned char p2, unsigned char p3),
	(lun, protocol, flags, p1, p2, p3))
FORWARD(IFDHPowerICC, (dword lun, dword action, unsigned char *atr, dword *length), (lun, action, atr, length))
FORWARD(IFDHTransmitToICC,
	(dword lun, header send, unsigned char *tx, dword tx_length, unsigned char *rx, dword *rx_length, header *received),
	(lun, send, tx, tx_length, rx, rx_length, received))
FORWARD(IFDHICCPresence, (dword lun), (lun))
FORWARD(IFDHControl,
	(dword lun, dword code, unsigned char *tx, dword tx_length, unsigned char *rx, dword rx_length, dword *returned),
	(lun, code, tx, tx_length, rx, rx_length, returned))

/* What was opened is closed, unplugged or not: the ports are to be free again. */
long IFDHCloseChannel(dword lun)
{
	long (*function)(dword) = real("IFDHCloseChannel");
	return function == 0 ? IFD_COMMUNICATION_ERROR : function(lun);
}
