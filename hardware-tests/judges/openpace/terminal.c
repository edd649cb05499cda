/* A terminal on top of OpenPACE, an independent implementation of PACE and chip authentication.
 *
 * usage: terminal CARDACCESS mrz|can SECRET [CA-PROTOCOL CURVE PUBLIC-KEY KEY-ID]
 *
 * It reads a chip: PACE by the (first usable) PACEInfo of EF.CardAccess, SELECT of the travel document application under
 * secure messaging, chip authentication where a key is given (KEY-ID of -1 for none), and the first 64 octets of EF.DG1.
 * Command APDUs go to standard output in hexadecimal, one a line, and responses are expected on standard input in the same
 * way. In the end it writes "= " and the octets read. The exit status is 0 when all went well; else standard error says
 * what did not. */
#include <eac/ca.h>
#include <eac/eac.h>
#include <eac/pace.h>
#include <eac/ta.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX 70000

static void fail(const char *what)
{
	fprintf(stderr, "terminal: %s\n", what);
	ERR_print_errors_fp(stderr);
	exit(1);
}

static void *need(void *p, const char *what)
{
	if (p == NULL)
		fail(what);
	return p;
}

static BUF_MEM *buffer(const unsigned char *b, size_t n)
{
	BUF_MEM *m = need(BUF_MEM_new(), "memory");
	if (!BUF_MEM_grow(m, n + 1))
		fail("memory");
	m->length = n;
	if (n > 0)
		memcpy(m->data, b, n);
	return m;
}

static size_t unhex(const char *text, unsigned char *out)
{
	size_t n = 0;
	unsigned int v;
	for (; text[0] != 0 && text[0] != '\n' && text[1] != 0; text += 2) {
		if (n >= MAX || sscanf(text, "%2x", &v) != 1)
			fail("malformed hexadecimal");
		out[n++] = (unsigned char)v;
	}
	return n;
}

static void hex(const char *before, const unsigned char *b, size_t n)
{
	fputs(before, stdout);
	for (size_t i = 0; i < n; i++)
		printf("%02X", b[i]);
	puts("");
	fflush(stdout);
}

/* transmit sends a command and gives the response's data; the status word must be 9000. */
static size_t transmit(const unsigned char *command, size_t n, unsigned char *response)
{
	static char line[2 * MAX + 10];
	hex("", command, n);
	if (fgets(line, sizeof line, stdin) == NULL)
		fail("the chip is gone");
	size_t got = unhex(line, response);
	if (got < 2 || response[got - 2] != 0x90 || response[got - 1] != 0) {
		fprintf(stderr, "terminal: command %02X is answered with %s", command[1], line);
		exit(1);
	}
	return got - 2;
}

static size_t tlv(unsigned char *out, const unsigned char *tag, size_t tags, const unsigned char *value, size_t n)
{
	unsigned char *p = out;
	memcpy(p, tag, tags);
	p += tags;
	if (n < 0x80)
		*p++ = (unsigned char)n;
	else if (n < 0x100)
		*p++ = 0x81, *p++ = (unsigned char)n;
	else
		*p++ = 0x82, *p++ = (unsigned char)(n >> 8), *p++ = (unsigned char)n;
	memmove(p, value, n);
	return (size_t)(p - out) + n;
}

static size_t tlv1(unsigned char *out, unsigned char tag, const unsigned char *value, size_t n)
{
	return tlv(out, &tag, 1, value, n);
}

/* find looks for a data object with a one-octet tag. */
static const unsigned char *find(const unsigned char *b, size_t n, unsigned char tag, size_t *length)
{
	while (n >= 2) {
		size_t head = 2, l = b[1];
		if (l == 0x81 && n >= 3)
			l = b[2], head = 3;
		else if (l == 0x82 && n >= 4)
			l = (size_t)b[2] << 8 | b[3], head = 4;
		if (head + l > n)
			return NULL;
		if (b[0] == tag) {
			*length = l;
			return b + head;
		}
		b += head + l;
		n -= head + l;
	}
	return NULL;
}

/* command writes a command APDU, in extended length where its data are long. */
static size_t command(unsigned char *out, int cla, int ins, int p1, int p2, const unsigned char *data, size_t n, int le)
{
	unsigned char *p = out;
	*p++ = (unsigned char)cla, *p++ = (unsigned char)ins, *p++ = (unsigned char)p1, *p++ = (unsigned char)p2;
	int extended = n > 255;
	if (n > 0) {
		if (extended)
			*p++ = 0, *p++ = (unsigned char)(n >> 8);
		*p++ = (unsigned char)n;
		memcpy(p, data, n);
		p += n;
	}
	if (le) {
		if (extended)
			*p++ = 0;
		*p++ = 0;
	}
	return (size_t)(p - out);
}

/* general is GENERAL AUTHENTICATE: tag and value in, the data object with the other tag out. */
static BUF_MEM *general(int cla, unsigned char tag, const BUF_MEM *in, unsigned char want)
{
	static unsigned char inner[MAX], outer[MAX], apdu[MAX], response[MAX];
	size_t n = in == NULL ? 0 : tlv1(inner, tag, (unsigned char *)in->data, in->length);
	n = tlv1(outer, 0x7C, inner, n);
	n = command(apdu, cla, 0x86, 0, 0, outer, n, 1);
	n = transmit(apdu, n, response);
	size_t l = 0, m = 0;
	const unsigned char *body = find(response, n, 0x7C, &l);
	const unsigned char *value = body == NULL ? NULL : find(body, l, want, &m);
	if (value == NULL)
		fail("GENERAL AUTHENTICATE: the response lacks its data object");
	return buffer(value, m);
}

/* secure sends a command under secure messaging and gives the plain response data. */
static BUF_MEM *secure(EAC_CTX *ctx, int ins, int p1, int p2, const unsigned char *data, size_t n, int le)
{
	static unsigned char body[MAX], input[MAX], apdu[MAX], response[MAX];
	unsigned char header[4] = {0x0C, (unsigned char)ins, (unsigned char)p1, (unsigned char)p2};
	size_t length = 0;
	if (!EAC_increment_ssc(ctx))
		fail("counter");
	if (n > 0) {
		BUF_MEM *padded = need(EAC_add_iso_pad(ctx, buffer(data, n)), "padding");
		BUF_MEM *secret = need(EAC_encrypt(ctx, padded), "encryption");
		input[0] = 1;
		memcpy(input + 1, secret->data, secret->length);
		length += tlv1(body, 0x87, input, secret->length + 1);
	}
	if (le >= 0) {
		unsigned char octet = (unsigned char)le;
		length += tlv1(body + length, 0x97, &octet, 1);
	}
	BUF_MEM *head = need(EAC_add_iso_pad(ctx, buffer(header, 4)), "padding");
	memcpy(input, head->data, head->length);
	memcpy(input + head->length, body, length);
	BUF_MEM *padded = need(EAC_add_iso_pad(ctx, buffer(input, head->length + length)), "padding");
	BUF_MEM *mac = need(EAC_authenticate(ctx, padded), "authentication code");
	length += tlv1(body + length, 0x8E, (unsigned char *)mac->data, mac->length);
	length = command(apdu, 0x0C, ins, p1, p2, body, length, 1);
	length = transmit(apdu, length, response);

	if (!EAC_increment_ssc(ctx))
		fail("counter");
	size_t m = 0, s = 0;
	const unsigned char *code = find(response, length, 0x8E, &m);
	const unsigned char *status = find(response, length, 0x99, &s);
	if (code == NULL || status == NULL || s != 2 || status[0] != 0x90 || status[1] != 0)
		fail("a response without secure messaging");
	padded = need(EAC_add_iso_pad(ctx, buffer(response, (size_t)(code - response) - 2)), "padding");
	if (EAC_verify_authentication(ctx, padded, buffer(code, m)) != 1)
		fail("a response with a wrong authentication code");
	size_t l = 0;
	const unsigned char *secret = find(response, length, 0x87, &l);
	if (secret == NULL)
		return buffer(NULL, 0);
	BUF_MEM *plain = need(EAC_decrypt(ctx, buffer(secret + 1, l - 1)), "decryption");
	return need(EAC_remove_iso_pad(plain), "padding");
}

/* derive is the key derivation of Doc 9303-11 §9.7.1 (chip authentication version 1 has no nonce, unlike OpenPACE's). */
static BUF_MEM *derive(const BUF_MEM *secret, unsigned char counter, int length)
{
	unsigned char sum[EVP_MAX_MD_SIZE], tail[4] = {0, 0, 0, counter};
	unsigned int n = 0;
	EVP_MD_CTX *c = need(EVP_MD_CTX_new(), "memory");
	EVP_DigestInit_ex(c, length > 16 ? EVP_sha256() : EVP_sha1(), NULL);
	EVP_DigestUpdate(c, secret->data, secret->length);
	EVP_DigestUpdate(c, tail, 4);
	EVP_DigestFinal_ex(c, sum, &n);
	EVP_MD_CTX_free(c);
	return buffer(sum, (size_t)length);
}

static void pace(EAC_CTX *ctx, const char *kind, const char *secret)
{
	int mrz = strcmp(kind, "mrz") == 0;
	PACE_SEC *password = need(PACE_SEC_new(secret, strlen(secret), mrz ? PACE_MRZ : PACE_CAN), "password");
	unsigned char data[100], apdu[200], response[MAX];
	const ASN1_OBJECT *oid = need(OBJ_nid2obj(ctx->pace_ctx->protocol), "protocol");
	size_t n = tlv1(data, 0x80, OBJ_get0_data(oid), OBJ_length(oid));
	unsigned char reference = mrz ? 1 : 2;
	n += tlv1(data + n, 0x83, &reference, 1);
	transmit(apdu, command(apdu, 0, 0x22, 0xC1, 0xA4, data, n, 0), response);

	BUF_MEM *nonce = general(0x10, 0, NULL, 0x80);
	if (!PACE_STEP2_dec_nonce(ctx, password, nonce))
		fail("nonce");
	BUF_MEM *mapping = need(PACE_STEP3A_generate_mapping_data(ctx), "mapping data");
	/* With the integrated mapping the chip's data object is empty. */
	BUF_MEM *theirs = general(0x10, 0x81, mapping, 0x82);
	if (!PACE_STEP3A_map_generator(ctx, theirs))
		fail("mapping");
	BUF_MEM *mine = need(PACE_STEP3B_generate_ephemeral_key(ctx), "ephemeral key");
	theirs = general(0x10, 0x83, mine, 0x84);
	if (!PACE_STEP3B_compute_shared_secret(ctx, theirs) || !PACE_STEP3C_derive_keys(ctx))
		fail("key agreement");
	BUF_MEM *token = need(PACE_STEP3D_compute_authentication_token(ctx, theirs), "token");
	BUF_MEM *answer = general(0x00, 0x85, token, 0x86);
	if (PACE_STEP3D_verify_authentication_token(ctx, answer) != 1)
		fail("the chip's token is wrong");
	if (!EAC_CTX_set_encryption_ctx(ctx, EAC_ID_PACE))
		fail("session");
	fprintf(stderr, "terminal: %s succeeded\n", OBJ_nid2sn(ctx->pace_ctx->protocol));
}

static void chip_authentication(EAC_CTX *ctx, const char *protocol, int curve, const char *public, int id)
{
	unsigned char key[MAX], data[MAX], inner[MAX];
	int nid = OBJ_txt2nid(protocol);
	if (nid == NID_undef || !EAC_CTX_init_ca(ctx, nid, curve))
		fail("chip authentication is not understood");
	KA_CTX *ka = ctx->ca_ctx->ka_ctx;
	BUF_MEM *mine = need(ka->generate_key(ka->key, ctx->bn_ctx), "ephemeral key");
	const ASN1_OBJECT *oid = OBJ_nid2obj(nid);
	int des = strstr(OBJ_nid2sn(nid), "3DES") != NULL;
	unsigned char octet = (unsigned char)id;
	BUF_MEM *chip = buffer(key, unhex(public, key));
	if (des) {
		size_t n = tlv1(data, 0x91, (unsigned char *)mine->data, mine->length);
		if (id >= 0)
			n += tlv1(data + n, 0x84, &octet, 1);
		secure(ctx, 0x22, 0x41, 0xA6, data, n, -1);
	} else {
		size_t n = tlv1(data, 0x80, OBJ_get0_data(oid), OBJ_length(oid));
		if (id >= 0)
			n += tlv1(data + n, 0x84, &octet, 1);
		secure(ctx, 0x22, 0x41, 0xA4, data, n, -1);
		n = tlv1(inner, 0x80, (unsigned char *)mine->data, mine->length);
		n = tlv1(data, 0x7C, inner, n);
		secure(ctx, 0x86, 0, 0, data, n, 0);
	}
	if (!CA_STEP4_compute_shared_secret(ctx, chip))
		fail("shared secret");
	ka->k_enc = derive(ka->shared_secret, 1, ka->enc_keylen);
	ka->k_mac = derive(ka->shared_secret, 2, ka->mac_keylen);
	if (!EAC_CTX_set_encryption_ctx(ctx, EAC_ID_CA))
		fail("session");
	fprintf(stderr, "terminal: %s done\n", protocol);
}

int main(int argc, char **argv)
{
	static unsigned char cardaccess[MAX];
	static const unsigned char application[] = {0xA0, 0, 0, 2, 0x47, 0x10, 1};
	if (argc != 4 && argc != 8)
		fail("usage: terminal CARDACCESS mrz|can SECRET [CA-PROTOCOL CURVE PUBLIC-KEY KEY-ID]");
	EAC_init();
	EAC_CTX *ctx = need(EAC_CTX_new(), "context");
	size_t n = unhex(argv[1], cardaccess);
	/* OpenPACE has the integrated mapping under the older version of TR-03110 only; the tokens are the newer one's. */
	ctx->tr_version = EAC_TR_VERSION_2_01;
	if (!EAC_CTX_init_ef_cardaccess(cardaccess, n, ctx) || ctx->pace_ctx == NULL)
		fail("EF.CardAccess is not understood");
	ctx->tr_version = EAC_TR_VERSION_2_02;
	pace(ctx, argv[2], argv[3]);
	secure(ctx, 0xA4, 0x04, 0x0C, application, sizeof application, -1);
	if (argc == 8)
		chip_authentication(ctx, argv[4], atoi(argv[5]), argv[6], atoi(argv[7]));
	BUF_MEM *read = secure(ctx, 0xB0, 0x81, 0x00, NULL, 0, 64);
	hex("= ", (unsigned char *)read->data, read->length);
	return 0;
}
